import { randomBytes } from 'node:crypto'

/** Words of one row: revision high and low, hash of its key, bytes, CRC register, prefix with two flags. */
export const ROW_WORDS = 7
/** Where the words of a row stand that are read in one go. */
export const HASH = 2
export const LENGTH = 4
export const PREFIX = 6
const TOMBSTONE = 0x8000_0000
export const CREATED = 0x4000_0000
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
    this.#words = new Int32Array(Math.max(4096, Math.min(most, expected)) * ROW_WORDS)
  }

  /** ROW_WORDS of each row. */
  get words(): Int32Array {
    return this.#words
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
    row: {
      main: number
      tombstone: boolean
      created: boolean
      length: number
      state: number
      prefix: number
    },
    view: DataView,
    start: number,
    end: number,
  ): void {
    if (this.#count >= this.#most) {
      this.full = true
      return
    }
    const at = this.#count * ROW_WORDS
    if (at >= this.#words.length) {
      const larger = new Int32Array(Math.min(this.#words.length * 2, this.#most * ROW_WORDS))
      larger.set(this.#words)
      this.#words = larger
    }
    const words = this.#words
    words[at] = row.main / 0x1_0000_0000
    words[at + 1] = row.main
    keyHash(this.#salt, view, start, end, words, at + 2)
    words[at + 4] = row.length
    words[at + 5] = row.state
    words[at + 6] = row.prefix | (row.tombstone ? TOMBSTONE : row.created ? CREATED : 0)
    this.#count += 1
  }

  #word(row: number, word: number): number {
    return this.#words[row * ROW_WORDS + word] ?? 0
  }

  main(row: number): number {
    return this.#word(row, 0) * 0x1_0000_0000 + (this.#word(row, 1) >>> 0)
  }
  length(row: number): number {
    return this.#word(row, 4) >>> 0
  }
  state(row: number): number {
    return this.#word(row, 5)
  }
  isTombstone(row: number): boolean {
    return this.#word(row, 6) < 0
  }
}

/**
 * Two sums of 32 bits with a start that nobody knows: good against chance. Whoever writes a database on purpose so that
 * its keys collide gets wrong counts of that database, and a HashKV that equals no member's.
 */
function keyHash(
  salt: readonly [number, number],
  view: DataView,
  start: number,
  end: number,
  into: Int32Array,
  at: number,
): void {
  let a = salt[0] ^ (end - start)
  let b = salt[1]
  let from = start
  for (; from + 4 <= end; from += 4) {
    const word = view.getInt32(from, true)
    a = Math.imul(a ^ word, 0x9e37_79b1)
    a ^= a >>> 15
    b = Math.imul((b << 5) - b + word, 0x85eb_ca6b)
    b ^= b >>> 13
  }
  for (; from < end; from += 1) {
    a = Math.imul(a ^ view.getUint8(from), 0x9e37_79b1)
    b = Math.imul(b + a, 0x85eb_ca6b) ^ (a >>> 15)
  }
  into[at] = Math.imul(a ^ (a >>> 16), 0xc2b2_ae35) ^ b
  into[at + 1] = Math.imul(b ^ (b >>> 16), 0x27d4_eb2f) ^ a
}
