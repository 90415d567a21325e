// The moments at which a power cut would leave something else on the disk.
import { rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { Files } from '../../../src/ports/files.ts'

/** Told of each moment, before anything else happens. */
export type Moment = (what: string) => void

/** Every change has a moment before and after it; a write also one in which half of it lies in its temporary file. */
export function watched(files: Files, moment: Moment): Files {
  const around =
    <A extends readonly unknown[], R>(what: string, work: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      const name = `${what} ${String(args[0]).slice(0, 120)}`
      moment(`before ${name}`)
      const result = await work(...args)
      moment(`after ${name}`)
      return result
    }
  return {
    ...files,
    write: around('write', async (path, content, options) => {
      const half = join(dirname(path), `.${basename(path)}.0123456789ab`)
      writeFileSync(half, content.slice(0, content.length / 2), { mode: 0o600 })
      moment(`in the middle of write ${path}`)
      rmSync(half)
      await files.write(path, content, options)
    }),
    removeLeftovers: around('tidy', async (paths) => files.removeLeftovers(paths)),
    makeDirectory: around('mkdir', async (path, mode) => files.makeDirectory(path, mode)),
    remove: around('remove', async (path) => files.remove(path)),
    chmod: around('chmod', async (path, mode) => files.chmod(path, mode)),
  }
}
