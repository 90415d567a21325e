// Files of a store below one directory: what is half written is not seen, and links lead nowhere.
import { randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import * as fs from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { KeepError } from '../../core/error.ts'
import { strangeFile } from './key-path.ts'

/** Where objects are written before they have their name; no key can begin with a dot. */
const INCOMING = '.incoming'
/** A writer that wrote nothing for so long is gone: killed, or its machine. */
const ABANDONED_MS = 3_600_000
const BLOCK = 1 << 20

export async function syncDirectory(path: string): Promise<void> {
  const handle = await fs.open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

async function clearAbandoned(folder: string): Promise<void> {
  for (const name of await fs.readdir(folder)) {
    const path = join(folder, name)
    const there = await fs.lstat(path).catch(() => undefined)
    if (there && Date.now() - there.mtimeMs > ABANDONED_MS) await fs.rm(path, { force: true })
  }
}

async function writeAll(
  handle: fs.FileHandle,
  content: AsyncIterable<Uint8Array>,
  signal?: AbortSignal,
): Promise<void> {
  for await (const bytes of content) {
    signal?.throwIfAborted()
    for (let done = 0; done < bytes.length;)
      done += (await handle.write(bytes, done, bytes.length - done)).bytesWritten
  }
}

/** Whole, synced and only where the name is free; else nothing is left. */
export async function createFile(
  root: string,
  place: () => Promise<string>,
  content: AsyncIterable<Uint8Array>,
  signal?: AbortSignal,
): Promise<void> {
  const incoming = join(root, INCOMING)
  await fs.mkdir(incoming, { recursive: true, mode: 0o700 })
  if ((await fs.realpath(incoming)) !== incoming) throw strangeFile(incoming)
  await clearAbandoned(incoming)
  const fresh = join(incoming, randomBytes(12).toString('hex'))
  const handle = await fs.open(fresh, 'wx', 0o600)
  try {
    try {
      await writeAll(handle, content, signal)
      await handle.sync()
    } finally {
      await handle.close()
    }
    const path = await place()
    // Unlike a rename, a link never takes the place of what is there.
    await fs.link(fresh, path)
    await syncDirectory(dirname(path))
  } finally {
    await fs.rm(fresh, { force: true })
  }
}

/** The handle of a regular file and nothing else: not a link, and no pipe that would wait for a writer. */
export async function openFile(path: string): Promise<fs.FileHandle> {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants
  const handle = await fs.open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
  if ((await handle.stat()).isFile()) return handle
  await handle.close()
  throw strangeFile(path)
}

/** From `start` to `end`, exclusive; ends where the file ends. */
export async function* readFile(
  path: string,
  { start = 0, end = Infinity, signal }: { start?: number; end?: number; signal?: AbortSignal },
): AsyncGenerator<Uint8Array> {
  const handle = await openFile(path)
  try {
    for (let at = start; at < end;) {
      signal?.throwIfAborted()
      const block = Buffer.allocUnsafe(Math.min(BLOCK, end - at))
      const { bytesRead } = await handle.read(block, 0, block.length, at)
      if (bytesRead === 0) return
      at += bytesRead
      yield block.subarray(0, bytesRead)
    }
  } finally {
    await handle.close()
  }
}

/** Throws `not-found` where the directory of the store is not there at all: an empty list would be a lie. */
export async function requireStore(root: string): Promise<void> {
  const there = await fs.stat(root).catch(() => undefined)
  if (there?.isDirectory() === true) return
  throw new KeepError('not-found', 'store.no-store', `${root} is no directory`, {
    hint: 'check the path; the first snapshot save makes it',
  })
}
