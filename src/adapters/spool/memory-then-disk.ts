import type { OpenSpool, Spool, SpoolOptions } from '../../ports/spool.ts'
import { SlotFile } from './slot-file.ts'

const MEMORY = 8 * 1024 * 1024
const DISK = 4 * 1024 * 1024 * 1024

interface Entry {
  readonly length: number
  readonly bytes?: Buffer
  readonly slot?: number
}

class MemoryThenDisk implements Spool {
  readonly #file: SlotFile
  readonly #memory: number
  /** Index of the next entry of each reader; infinite when it reads no more. */
  readonly #cursors: number[]
  readonly #entries = new Map<number, Entry>()
  #readersOpened = 0
  #first = 0
  #next = 0
  #held = 0
  #ended = false
  #failure: Error | undefined
  #changed = Promise.withResolvers<void>()

  constructor({ directory, readers, memory = MEMORY, disk = DISK }: SpoolOptions) {
    this.#file = new SlotFile(directory, disk)
    this.#memory = memory
    this.#cursors = Array.from({ length: readers }, () => 0)
  }

  async add(piece: Buffer): Promise<void> {
    const entry = await this.#place(piece)
    if (!entry) return
    this.#entries.set(this.#next, entry)
    this.#next += 1
    this.#tell()
  }

  end(): void {
    this.#ended = true
    this.#tell()
  }

  fail(why: Error): void {
    this.#failure ??= why
    this.#tell()
  }

  async *read(): AsyncGenerator<Buffer> {
    const reader = this.#readersOpened
    this.#readersOpened += 1
    try {
      for (let at = 0; ; at += 1) {
        const entry = await this.#entry(at)
        if (!entry) return
        yield entry.bytes ?? (await this.#file.read(entry.slot ?? 0, entry.length))
        this.#advance(reader, at + 1)
      }
    } finally {
      this.#advance(reader, Number.POSITIVE_INFINITY)
    }
  }

  async close(): Promise<void> {
    this.fail(new Error('the spool is closed'))
    await this.#file.close()
    this.#entries.clear()
  }

  /** In memory or on disk, when there is room; undefined where nobody reads any more. */
  async #place(piece: Buffer): Promise<Entry | undefined> {
    for (;;) {
      if (this.#failure) throw this.#failure
      if (this.#cursors.every((cursor) => cursor === Number.POSITIVE_INFINITY)) return undefined
      const { length } = piece
      if (this.#held + length <= this.#memory || this.#entries.size === 0) {
        this.#held += length
        return { length, bytes: piece }
      }
      const slot = this.#file.take()
      if (slot !== undefined) {
        await this.#file.write(slot, piece)
        return { length, slot }
      }
      await this.#changed.promise
    }
  }

  async #entry(at: number): Promise<Entry | undefined> {
    for (;;) {
      if (this.#failure) throw this.#failure
      const entry = this.#entries.get(at)
      if (entry) return entry
      if (this.#ended) return undefined
      await this.#changed.promise
    }
  }

  #advance(reader: number, to: number): void {
    this.#cursors[reader] = to
    const first = Math.min(this.#next, ...this.#cursors)
    for (; this.#first < first; this.#first += 1) {
      const entry = this.#entries.get(this.#first)
      this.#entries.delete(this.#first)
      if (entry?.bytes) this.#held -= entry.length
      if (entry?.slot !== undefined) this.#file.release(entry.slot)
    }
    this.#tell()
  }

  #tell(): void {
    this.#changed.resolve()
    this.#changed = Promise.withResolvers<void>()
  }
}

export const memoryThenDisk: OpenSpool = (options) => new MemoryThenDisk(options)
