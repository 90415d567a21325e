// Measured is what a user installs: plain JavaScript, as publishing makes it.
import { spawnSync } from 'node:child_process'
import { existsSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Compiles the measured programs; returns the path of the named one, as `bench/x.js`, below `directory`. */
export function compiled(program: string, directory: string): string {
  const project = fileURLToPath(new URL('tsconfig.json', import.meta.url))
  const done = spawnSync('tsc', ['-p', project, '--outDir', directory], { encoding: 'utf8' })
  if (done.status !== 0) throw new Error(`tsc failed: ${done.stdout}`)
  writeFileSync(join(directory, 'package.json'), '{"type":"module"}\n')
  const modules = join(directory, 'node_modules')
  if (!existsSync(modules))
    symlinkSync(fileURLToPath(new URL('../node_modules', import.meta.url)), modules)
  return join(directory, program)
}
