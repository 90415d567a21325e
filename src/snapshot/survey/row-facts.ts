import { randomBytes } from 'node:crypto'
import { halfSipHash } from '../half-sip-hash.ts'

/** Words of one row: revision high and low, keyed hash of its key, bytes, CRC register, prefix and tombstone. */
const WORDS = 7
const TOMBSTONE = 0x8000_0000
/** In the place of the prefix: an entry without a row, as a restore with --bump-revision leaves one. */
export const EMPTY = 0xffff

/**
 * What must be known of every held revision until the end of the file: 28 bytes for each. Whoever surveys a larger file
 * learns less of it (`full`), never something wrong.
 */
export class RowFacts {
  readonly #most: number
  readonly #salt: readonly [number, number] = [
    randomBytes(4).readInt32LE(0),
    randomBytes(4).readInt32LE(0),
  ]
  #words: Int32Array
  #count = 0
  /** More rows came than are remembered. */
  full = false

  /** `expected`: how many rows there may be, so that no room has to be found later; untouched room costs nothing. */
  constructor(most: number, expected: number) {
    this.#most = most
    this.#words = new Int32Array(Math.max(4096, Math.min(most, expected)) * WORDS)
  }

  get count(): number {
    return this.#count
  }

  /** Forgets the rows from `count` on: their page was none. */
  truncate(count: number): void {
    this.#count = count
  }

  /** The key's bytes go from `start` to `end`; `state`: of the page's CRC after this row. */
  add(
    row: { main: number; tombstone: boolean; length: number; state: number; prefix: number },
    view: DataView,
    start: number,
    end: number,
  ): void {
    if (this.#count >= this.#most) {
      this.full = true
      return
    }
    const at = this.#count * WORDS
    if (at >= this.#words.length) {
      const larger = new Int32Array(Math.min(this.#words.length * 2, this.#most * WORDS))
      larger.set(this.#words)
      this.#words = larger
    }
    const words = this.#words
    words[at] = row.main / 0x1_0000_0000
    words[at + 1] = row.main
    halfSipHash(this.#salt, view, start, end, words, at + 2)
    words[at + 4] = row.length
    words[at + 5] = row.state
    words[at + 6] = row.prefix | (row.tombstone ? TOMBSTONE : 0)
    this.#count += 1
  }

  #word(row: number, word: number): number {
    return this.#words[row * WORDS + word] ?? 0
  }

  main(row: number): number {
    return this.#word(row, 0) * 0x1_0000_0000 + (this.#word(row, 1) >>> 0)
  }
  hashHigh(row: number): number {
    return this.#word(row, 2)
  }
  hashLow(row: number): number {
    return this.#word(row, 3)
  }
  length(row: number): number {
    return this.#word(row, 4) >>> 0
  }
  state(row: number): number {
    return this.#word(row, 5)
  }
  prefix(row: number): number {
    return this.#word(row, 6) & 0xffff
  }
  isEmpty(row: number): boolean {
    return this.prefix(row) === EMPTY
  }
  isTombstone(row: number): boolean {
    return this.#word(row, 6) < 0
  }
}
