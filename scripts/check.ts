// Everything a change has to pass, in the order that fails fastest: `npm run check [-- --no-tests]`.
import { spawnSync } from 'node:child_process'

const tests = !process.argv.includes('--no-tests')
const STEPS: readonly (readonly [string, readonly string[]])[] = [
  ['generated files', [process.execPath, 'scripts/generate.ts', '--check']],
  ['format', ['oxfmt', '--check', '.']],
  ['lint', ['oxlint', '--type-aware']],
  ['types', ['tsc', '--noEmit']],
  ['dead code', ['knip']],
  ...(tests ? [['tests', [process.execPath, 'scripts/test.ts']] as const] : []),
]
for (const [name, [command = '', ...args]] of STEPS) {
  process.stdout.write(`\n── ${name}\n`)
  const done = spawnSync(command, args, { stdio: 'inherit' })
  if (done.status !== 0) {
    process.stderr.write(`error: ${name} failed\n`)
    process.exit(1)
  }
}
