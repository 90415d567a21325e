import { randomBytes } from 'node:crypto'
import * as fs from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { KeepError } from '../../core/error.ts'
import type { AnchorPlace } from '../../ports/anchor.ts'
import { fileError } from '../files/errors.ts'
import { syncDirectory } from '../object-store/directory-files.ts'
import { ANCHOR_LIMIT, moved, same, tooLarge } from './limit.ts'

async function content(path: string, name: string): Promise<Uint8Array | undefined> {
  try {
    const { size } = await fs.stat(path)
    if (size > ANCHOR_LIMIT) throw tooLarge(name)
    return await fs.readFile(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** A file (0600) on a disk that the store is not on; replaced whole. Its directory must exist. */
export function fileAnchor({ path }: { readonly path: string }): AnchorPlace {
  const file = resolve(path)
  const name = pathToFileURL(file).href
  const named = async <R>(work: () => Promise<R>, signal?: AbortSignal): Promise<R> => {
    try {
      signal?.throwIfAborted()
      return await work()
    } catch (error) {
      if (signal?.aborted === true)
        throw new KeepError('cancelled', 'anchor.cancelled', 'interrupted', { cause: error })
      throw fileError(error, file)
    }
  }
  return {
    name,
    read: (signal) => named(() => content(file, name), signal),
    write: (bytes, previous, signal) =>
      named(async () => {
        const fresh = `${file}.${randomBytes(6).toString('hex')}`
        const handle = await fs.open(fresh, 'wx', 0o600)
        try {
          await handle.writeFile(bytes)
          await handle.sync()
        } finally {
          await handle.close()
        }
        try {
          if (!same(await content(file, name), previous)) throw moved(name)
          // A link takes no name that another writer took meanwhile.
          if (previous) await fs.rename(fresh, file)
          else await fs.link(fresh, file)
        } catch (error) {
          throw (error as NodeJS.ErrnoException).code === 'EEXIST' ? moved(name) : error
        } finally {
          await fs.rm(fresh, { force: true })
        }
        await syncDirectory(dirname(file))
      }, signal),
  }
}
