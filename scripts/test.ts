// Runs the tests: `npm test` all that need no Go, `npm test -- unit`, `-- system`, `-- peers`, or files by name.
import { spawnSync } from 'node:child_process'

const SUITES: Readonly<Record<string, readonly string[]>> = {
  unit: [
    'src/**/*.test.ts',
    'scripts/**/*.test.ts',
    'test/contracts/**/*.test.ts',
    'test/transcripts/**/*.test.ts',
  ],
  system: ['test/system/**/*.test.ts'],
  peers: ['test/peers/**/*.test.ts'],
}
const DEFAULT = ['unit', 'system']
const named = process.argv.slice(2)
const wanted = named.length > 0 ? named : DEFAULT
const files = wanted.flatMap((name) => SUITES[name] ?? [name])

const done = spawnSync(
  process.execPath,
  ['--test', '--test-concurrency=2', '--test-reporter=spec', ...files],
  { stdio: 'inherit' },
)
process.exit(done.status ?? 70)
