import { defineConfig } from 'oxfmt'

export default defineConfig({
  semi: false,
  singleQuote: true,
  printWidth: 100,
  ignorePatterns: [
    'src/adapters/etcd/gen/**',
    'package-lock.json',
    'docs/reference/**',
    'LICENSE',
    '**/*.md',
    '**/*.json',
    '**/*.yaml',
  ],
})
