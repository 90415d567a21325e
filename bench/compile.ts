// Measured is what a user installs: plain JavaScript, as publishing makes it.
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Compiles the measured programs of this folder; returns the path of the named one below `directory`. */
export function compiled(program: string, directory: string): string {
  const project = fileURLToPath(new URL('tsconfig.json', import.meta.url))
  const done = spawnSync('tsc', ['-p', project, '--outDir', directory], { encoding: 'utf8' })
  if (done.status !== 0) throw new Error(`tsc failed: ${done.stdout}`)
  writeFileSync(join(directory, 'package.json'), '{"type":"module"}\n')
  return join(directory, 'bench', program)
}
