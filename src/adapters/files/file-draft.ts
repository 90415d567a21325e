import { randomBytes } from 'node:crypto'
import * as fs from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { KeepError } from '../../core/error.ts'
import type { DraftFile, FileDraft } from '../../ports/file-draft.ts'
import { fileError } from './errors.ts'

async function refuseSpecial(path: string): Promise<void> {
  const there = await fs.lstat(path).catch(() => undefined)
  if (there && !there.isFile())
    throw new KeepError('conflict', 'files.not-a-file', `${path} is not a regular file`, {
      hint: 'name a regular file, or one that does not exist',
    })
}

async function syncDirectory(path: string): Promise<void> {
  const handle = await fs.open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

class Draft implements FileDraft {
  readonly #path: string
  readonly #fresh: string
  readonly #handle: fs.FileHandle
  #length = 0
  #closed = false

  constructor(path: string, fresh: string, handle: fs.FileHandle) {
    this.#path = path
    this.#fresh = fresh
    this.#handle = handle
  }

  async write(bytes: Uint8Array): Promise<void> {
    const from = this.#length
    this.#length += bytes.length
    await this.#named(async () => {
      for (let done = 0; done < bytes.length;) {
        const left = bytes.length - done
        done += (await this.#handle.write(bytes, done, left, from + done)).bytesWritten
      }
    })
  }

  sync(): Promise<void> {
    return this.#named(() => this.#handle.sync())
  }

  async commit(): Promise<void> {
    await this.sync()
    await this.#named(async () => {
      await this.#close()
      await fs.rename(this.#fresh, this.#path)
      await syncDirectory(dirname(this.#path))
    })
  }

  async discard(): Promise<void> {
    await this.#close().catch(() => undefined)
    await this.#named(() => fs.rm(this.#fresh, { force: true }))
  }

  async #close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    await this.#handle.close()
  }

  async #named<R>(work: () => Promise<R>): Promise<R> {
    try {
      return await work()
    } catch (error) {
      throw fileError(error, this.#path)
    }
  }
}

/** A draft that nobody has written to for so long was left by a process that was killed. */
const ABANDONED_MS = 60 * 60 * 1000

/** What killed processes left of drafts of this very file; it may be as secret as the file. Never throws. */
async function tidy(path: string): Promise<void> {
  const directory = dirname(path)
  const names = await fs.readdir(directory).catch(() => [])
  for (const name of names) {
    const start = `.${basename(path)}.`
    if (!name.startsWith(start) || !/^[0-9a-f]{12}\.part$/.test(name.slice(start.length))) continue
    const there = await fs.lstat(join(directory, name)).catch(() => undefined)
    if (there?.isFile() && Date.now() - there.mtimeMs > ABANDONED_MS)
      await fs.rm(join(directory, name), { force: true }).catch(() => undefined)
  }
}

export const draftFile: DraftFile = async (path, { mode }) => {
  await refuseSpecial(path)
  await tidy(path)
  // A leading dot, as whatever reads a directory skips it; random, so that two at a time do not meet.
  const fresh = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.part`)
  try {
    const handle = await fs.open(fresh, 'wx', 0o600)
    await handle.chmod(mode)
    return new Draft(path, fresh, handle)
  } catch (error) {
    throw fileError(error, path)
  }
}
