// Everything that can be told of the files below some directories, to see that nothing was touched.
import { createHash } from 'node:crypto'
import { readFileSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** One line for each file and directory: path, mode, modification time and content. `without`: names that are left out. */
export function tree(roots: readonly string[], without: readonly string[]): readonly string[] {
  return roots.flatMap((root) => {
    const entries = readdirSync(root, { withFileTypes: true }).filter(
      ({ name }) => !without.includes(name),
    )
    const lines = entries.map((entry) => {
      const path = join(root, entry.name)
      const { mode, mtimeNs } = statSync(path, { bigint: true })
      const content = entry.isFile()
        ? createHash('sha256').update(readFileSync(path)).digest('hex')
        : ''
      return `${path} ${mode.toString(8)} ${mtimeNs} ${content}`
    })
    const inner = entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(root, name))
    return [...lines, ...tree(inner, without)]
  })
}
