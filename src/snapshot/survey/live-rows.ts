import type { PageFacts } from './page-facts.ts'
import type { RowFacts } from './row-facts.ts'

export interface Live {
  /** One bit for each row that is the last of its key, and no deletion. */
  readonly rows: Uint8Array
  readonly count: number
}

/** Which rows live at the last revision: from the last one back, the first of each key. 8 to 16 bytes for each key. */
export function liveRows(leaves: readonly number[], pages: PageFacts, rows: RowFacts): Live {
  const live = new Uint8Array((rows.count >>> 3) + 1)
  const seen = new KeySet(rows, rows.count)
  let count = 0
  for (let index = leaves.length - 1; index >= 0; index -= 1) {
    const id = leaves[index] ?? 0
    const first = pages.first[id] ?? 0
    for (let row = first + (pages.count[id] ?? 0) - 1; row >= first; row -= 1) {
      if (rows.isEmpty(row) || !seen.add(row) || rows.isTombstone(row)) continue
      live[row >>> 3] = (live[row >>> 3] ?? 0) | (1 << (row & 7))
      count += 1
    }
  }
  return { rows: live, count }
}

export const isLive = ({ rows }: Live, row: number): boolean =>
  ((rows[row >>> 3] ?? 0) & (1 << (row & 7))) !== 0

/** Remembers keys by their hash: a slot holds the number of a row, from 1. */
class KeySet {
  readonly #rows: RowFacts
  readonly #slots: Uint32Array
  readonly #mask: number

  constructor(rows: RowFacts, most: number) {
    this.#rows = rows
    const size = 2 ** Math.ceil(Math.log2(Math.max(16, most * 1.5)))
    this.#slots = new Uint32Array(size)
    this.#mask = size - 1
  }

  add(row: number): boolean {
    const high = this.#rows.hashHigh(row)
    const low = this.#rows.hashLow(row)
    for (let at = high & this.#mask; ; at = (at + 1) & this.#mask) {
      const there = this.#slots[at] ?? 0
      if (there === 0) {
        this.#slots[at] = row + 1
        return true
      }
      if (this.#rows.hashHigh(there - 1) === high && this.#rows.hashLow(there - 1) === low)
        return false
    }
  }
}
