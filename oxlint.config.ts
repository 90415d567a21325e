import { defineConfig, type OxlintOverride } from 'oxlint'

// The layers: surfaces → domains → ports → core; adapters only from the wiring.
// One override for each folder: a later one for the same files would replace the earlier.
const DOMAINS = [
  'effective',
  'pki',
  'encryption',
  'posture',
  'harden',
  'lab',
  'report',
  'versions',
  'snapshot',
  'repository',
  'backup',
  'config',
  'agent',
]
const SURFACES = ['cli']
/** Domains that combine others, and only their models and rules. */
const MAY_COMBINE = ['posture', 'harden', 'lab', 'report', 'backup']

interface Forbidden {
  group: string[]
  message: string
}
const forbid = (folders: readonly string[], message: string): Forbidden => ({
  group: folders.map((folder) => `**/${folder}/**`),
  message,
})
const imports = (...patterns: Forbidden[]): NonNullable<OxlintOverride['rules']> => ({
  'no-restricted-imports': ['error', { patterns }],
})

const IO = [
  'node:fs',
  'node:fs/*',
  'node:net',
  'node:tls',
  'node:http',
  'node:https',
  'node:http2',
  'node:child_process',
  'node:dgram',
  'node:dns',
  'node:worker_threads',
]
const noIO: Forbidden = { group: IO, message: 'Domains touch the world through ports.' }
const noUpward = (allowed: readonly string[]) =>
  forbid(
    ['adapters', ...SURFACES, ...DOMAINS].filter((folder) => !allowed.includes(folder)),
    'Imports point one way: surfaces → domains → ports → core.',
  )

export default defineConfig({
  plugins: ['typescript', 'import', 'unicorn', 'oxc'],
  categories: { correctness: 'error', suspicious: 'error' },
  ignorePatterns: ['dist/**', 'src/adapters/etcd/gen/**'],
  rules: {
    'import/no-cycle': ['error', { ignoreTypes: false }],
    'max-lines': ['error', { max: 300 }],
    'typescript/no-explicit-any': 'error',
    'typescript/no-non-null-assertion': 'error',
    'typescript/no-floating-promises': 'error',
    'typescript/consistent-type-definitions': ['error', 'interface'],
    'typescript/no-unsafe-type-assertion': 'off',
    'typescript/no-unnecessary-condition': 'off',
    'unicorn/consistent-function-scoping': 'off',
    'import/no-unassigned-import': 'off',
    'no-await-in-loop': 'off',
    'no-shadow': 'off',
  },
  overrides: [
    {
      files: ['src/core/**'],
      rules: imports(noUpward([]), forbid(['ports'], 'core imports nothing.'), noIO),
    },
    { files: ['src/ports/**'], rules: imports(noUpward([]), noIO) },
    ...DOMAINS.map((domain) => ({
      files: [`src/${domain}/**`],
      rules: imports(noUpward(MAY_COMBINE.includes(domain) ? DOMAINS : [domain]), noIO),
    })),
    { files: ['src/adapters/**'], rules: imports(noUpward(['adapters', ...DOMAINS])) },
    {
      files: SURFACES.map((surface) => `src/${surface}/**`),
      rules: imports(forbid(['adapters'], 'Only wiring.ts names adapters.')),
    },
    {
      files: ['**/*.test.ts', 'test/**'],
      rules: { 'typescript/no-floating-promises': 'off', 'no-restricted-imports': 'off' },
    },
  ],
})
