import { KeepError } from '../core/error.ts'

/** A file of known size that is read in parts. */
export interface ByteSource {
  readonly size: number
  /** Exactly `length` bytes; throws KeepError, `corrupt` where the file ends before. */
  read(offset: number, length: number): Promise<Buffer>
}

export const corrupt = (why: string): KeepError =>
  new KeepError('corrupt', 'snapshot.corrupt', `not a sound etcd database: ${why}`, {
    hint: 'take a new one with: etcdkeep snapshot save',
  })

const BLOCK = 256 * 1024
const KEPT = 64

/** Reads through at most 64 blocks of 256 KiB: pages that lie near each other cost one read. */
export function cachedSource(
  size: number,
  readAt: (offset: number, length: number) => Promise<Uint8Array>,
): ByteSource {
  const blocks = new Map<number, Uint8Array>()
  const block = async (at: number): Promise<Uint8Array> => {
    const kept = blocks.get(at)
    if (kept) return kept
    const read = await readAt(at * BLOCK, Math.min(BLOCK, size - at * BLOCK))
    const [oldest] = blocks.keys()
    if (blocks.size >= KEPT && oldest !== undefined) blocks.delete(oldest)
    blocks.set(at, read)
    return read
  }
  return {
    size,
    async read(offset, length) {
      if (offset < 0 || offset + length > size)
        throw corrupt(`it ends before byte ${offset + length}`)
      const out = Buffer.allocUnsafe(length)
      for (let done = 0; done < length;) {
        const at = Math.floor((offset + done) / BLOCK)
        const start = offset + done - at * BLOCK
        const part = (await block(at)).subarray(start, start + length - done)
        if (part.length === 0) throw corrupt('it became shorter while it was read')
        out.set(part, done)
        done += part.length
      }
      return out
    },
  }
}
