// Runs the tests: `npm test` all of them, `npm test -- unit`, `npm test -- system`, or files by name.
import { spawnSync } from 'node:child_process'

const SUITES: Readonly<Record<string, readonly string[]>> = {
  unit: [
    'src/**/*.test.ts',
    'scripts/**/*.test.ts',
    'test/contracts/**/*.test.ts',
    'test/transcripts/**/*.test.ts',
  ],
  system: ['test/system/**/*.test.ts'],
}
const named = process.argv.slice(2)
const wanted = named.length > 0 ? named : Object.keys(SUITES)
const files = wanted.flatMap((name) => SUITES[name] ?? [name])

const done = spawnSync(
  process.execPath,
  ['--test', '--test-concurrency=2', '--test-reporter=spec', ...files],
  { stdio: 'inherit' },
)
process.exit(done.status ?? 70)
