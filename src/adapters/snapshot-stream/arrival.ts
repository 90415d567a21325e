// What has come of a snapshot, against what was announced: the database, then 32 bytes of SHA-256, then nothing.
import { createHash, timingSafeEqual } from 'node:crypto'
import { KeepError } from '../../core/error.ts'
import type { SnapshotStreamed } from '../../ports/snapshot-stream.ts'
import type { ResponseHandler } from './response-reader.ts'

const DIGEST = 32
/** A member whose database file failed while it was read sends empty blobs for ever. */
const EMPTY_IN_A_ROW = 16

const again = 'Take it again; if this repeats, look at the disk and the log of the member.'

export class Arrival implements ResponseHandler {
  readonly #endpoint: string
  readonly #take: (bytes: Buffer, total: number) => void
  readonly #hash = createHash('sha256')
  readonly #trailer = Buffer.alloc(DIGEST)
  /** Length of the database as the first message announced it. */
  #total = -1
  #received = 0
  #empty = 0

  /** `take` gets each piece of the database, without the SHA-256 behind it. */
  constructor(endpoint: string, take: (bytes: Buffer, total: number) => void) {
    this.#endpoint = endpoint
    this.#take = take
  }

  get received(): number {
    return this.#received
  }

  blob(length: number, remaining: number): void {
    if (this.#total < 0) this.#total = length + remaining
    if (!Number.isSafeInteger(this.#total))
      throw this.#bad('inconsistent', 'announces a database of an impossible length')
    if (this.#received + length > this.#total + DIGEST)
      throw this.#bad('long', `sends more than the ${this.#total} bytes that it announced`)
  }

  piece(bytes: Buffer, start: number, end: number): void {
    const rest = Math.max(0, this.#total - this.#received)
    const database = Math.min(end, start + rest)
    if (database > start) {
      const part = bytes.subarray(start, database)
      this.#hash.update(part)
      this.#take(part, this.#total)
    }
    if (end > database)
      bytes.copy(this.#trailer, this.#received + (database - start) - this.#total, database, end)
    if (end > start) this.#empty = 0
    this.#received += end - start
  }

  end(remaining: number): void {
    this.#empty += 1
    if (this.#empty > EMPTY_IN_A_ROW)
      throw this.#bad('short', `sends empty pieces after ${this.#progress()}`)
    const left = Math.max(0, this.#total - this.#received)
    if (this.#total >= 0 && remaining !== left)
      throw this.#bad(
        'inconsistent',
        `says ${remaining} bytes remain after ${this.#progress()}, and not ${left}`,
      )
  }

  /** After the clean end of the stream. Throws `corrupt` where anything is missing or differs. */
  streamed(): SnapshotStreamed {
    const length = Math.max(0, this.#total)
    if (this.#received < length || length === 0)
      throw this.#bad('short', `ended after ${this.#progress()}`)
    if (this.#received < length + DIGEST)
      throw this.#bad('no-hash', 'sent no SHA-256 behind the database')
    const sha256 = this.#hash.digest()
    if (!timingSafeEqual(sha256, this.#trailer))
      throw this.#bad('wrong-hash', 'sent bytes that differ from the SHA-256 that it sent')
    return { length, sha256 }
  }

  #progress(): string {
    return this.#total < 0 ? 'nothing' : `${this.#received} of ${this.#total} bytes`
  }

  #bad(code: string, what: string): KeepError {
    const message = `${this.#endpoint}: the snapshot stream ${what}`
    return new KeepError('corrupt', `snapshot.${code}`, message, { hint: again })
  }
}
