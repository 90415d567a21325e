import * as fs from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { ObjectStore, StoredObject } from '../../ports/object-store.ts'
import { directoryError } from './directory-errors.ts'
import { createFile, openFile, readFile, requireStore, syncDirectory } from './directory-files.ts'
import { pathOf, placeFor, requireKey } from './key-path.ts'

async function* one(content: Uint8Array): AsyncGenerator<Uint8Array> {
  yield content
}

/** Every file below, in the order of keys: a directory stands where its name and `/` stand. */
async function* walk(root: string, folder: string, prefix: string): AsyncGenerator<StoredObject> {
  const entries = (await fs.readdir(join(root, folder), { withFileTypes: true }))
    .filter(({ name }) => !name.startsWith('.'))
    .map((entry) => ({ entry, key: `${folder}${entry.name}${entry.isDirectory() ? '/' : ''}` }))
    .filter(({ key }) => key.startsWith(prefix) || (key.endsWith('/') && prefix.startsWith(key)))
    .toSorted((a, b) => Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)))
  for (const { entry, key } of entries) {
    if (entry.isDirectory()) yield* walk(root, key, prefix)
    else if (entry.isFile()) {
      const there = await fs.lstat(join(root, key)).catch(() => undefined)
      if (there) yield { key, size: there.size, modified: there.mtime }
    }
  }
}

/**
 * Files below a directory, made (0700) by the first `put`; files are 0600. The file system must have hard links.
 * What is half written lies in `.incoming` and is never seen; a link inside the directory is refused.
 */
export function directoryStore({ path }: { readonly path: string }): ObjectStore {
  const given = resolve(path)
  const named = async <R>(key: string, work: () => Promise<R>, signal?: AbortSignal) => {
    try {
      signal?.throwIfAborted()
      return await work()
    } catch (error) {
      throw directoryError(error, `${given}/${key}`, signal)
    }
  }
  /** The directory itself may be behind a link: the user named it. */
  const root = async () => {
    await requireStore(given)
    return fs.realpath(given)
  }
  return {
    name: pathToFileURL(given).href,
    put: (key, content, { signal } = {}) =>
      named(
        key,
        async () => {
          requireKey(key)
          await fs.mkdir(given, { recursive: true, mode: 0o700 })
          const real = await root()
          const bytes = content instanceof Uint8Array ? one(content) : content
          await createFile(real, () => placeFor(real, key), bytes, signal)
        },
        signal,
      ),
    async *get(key, { start, end, signal } = {}) {
      try {
        signal?.throwIfAborted()
        const range = { ...(start !== undefined && { start }), ...(end !== undefined && { end }) }
        yield* readFile(await pathOf(await root(), key), { ...range, ...(signal && { signal }) })
      } catch (error) {
        throw directoryError(error, `${given}/${key}`, signal)
      }
    },
    stat: (key, signal) =>
      named(
        key,
        async () => {
          const handle = await openFile(await pathOf(await root(), key))
          try {
            const { size, mtime } = await handle.stat()
            return { key, size, modified: mtime }
          } finally {
            await handle.close()
          }
        },
        signal,
      ),
    async *list(prefix, signal) {
      try {
        for await (const object of walk(await root(), '', prefix)) {
          signal?.throwIfAborted()
          yield object
        }
      } catch (error) {
        throw directoryError(error, given, signal)
      }
    },
    remove: (key, signal) =>
      named(
        key,
        async () => {
          const real = await root()
          try {
            const file = await pathOf(real, key)
            await fs.unlink(file)
            await syncDirectory(dirname(file))
          } catch (error) {
            if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
          }
        },
        signal,
      ),
  }
}
