// A temporary file without a name, cut into slots: nobody else can open it, and a killed process leaves nothing.
import { randomBytes } from 'node:crypto'
import * as fs from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileError } from '../files/errors.ts'

export const SLOT = 1024 * 1024 + 64 * 1024

export class SlotFile {
  readonly #path: string
  readonly #slots: number
  readonly #free: number[] = []
  #used = 0
  #handle: Promise<fs.FileHandle> | undefined

  constructor(directory: string | undefined, bytes: number) {
    this.#path = join(directory ?? tmpdir(), `.etcdkeep-spool-${randomBytes(6).toString('hex')}`)
    this.#slots = Math.floor(bytes / SLOT)
  }

  /** A slot of one's own; undefined where all are taken. */
  take(): number | undefined {
    const free = this.#free.pop()
    if (free !== undefined) return free
    if (this.#used >= this.#slots) return undefined
    this.#used += 1
    return this.#used - 1
  }

  release(slot: number): void {
    this.#free.push(slot)
  }

  async write(slot: number, bytes: Buffer): Promise<void> {
    try {
      const handle = await this.#open()
      for (let done = 0; done < bytes.length;)
        done += (await handle.write(bytes, done, bytes.length - done, slot * SLOT + done))
          .bytesWritten
    } catch (error) {
      throw fileError(error, this.#path)
    }
  }

  async read(slot: number, length: number): Promise<Buffer> {
    const bytes = Buffer.allocUnsafe(length)
    try {
      const handle = await this.#open()
      for (let done = 0; done < length;) {
        const { bytesRead } = await handle.read(bytes, done, length - done, slot * SLOT + done)
        if (bytesRead === 0) throw new Error('it became shorter')
        done += bytesRead
      }
    } catch (error) {
      throw fileError(error, this.#path)
    }
    return bytes
  }

  async close(): Promise<void> {
    const handle = await this.#handle?.catch(() => undefined)
    await handle?.close()
  }

  #open(): Promise<fs.FileHandle> {
    this.#handle ??= (async () => {
      const handle = await fs.open(this.#path, 'wx+', 0o600)
      await fs.unlink(this.#path)
      return handle
    })()
    return this.#handle
  }
}
