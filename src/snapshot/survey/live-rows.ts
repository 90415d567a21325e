import type { PageFacts } from './page-facts.ts'
import type { RowFacts } from './row-facts.ts'

export interface Live {
  /** One bit for each row that is the last of its key, and no deletion. */
  readonly rows: Uint8Array
  readonly count: number
  /** Whether there is such a row at all, be it one without a key: a restore that bumps the revision leaves one. */
  readonly any: boolean
}

/** Which rows live at the last revision: from the last one back, the first of each key. 8 to 16 bytes for each key. */
export function liveRows(leaves: readonly number[], pages: PageFacts, rows: RowFacts): Live {
  const live = new Uint8Array((rows.count >>> 3) + 1)
  const seen = new KeySet(rows, rows.count)
  let count = 0
  let any = false
  for (let index = leaves.length - 1; index >= 0; index -= 1) {
    const id = leaves[index] ?? 0
    const first = pages.first[id] ?? 0
    for (let row = first + (pages.count[id] ?? 0) - 1; row >= first; row -= 1) {
      if (!seen.add(row) || rows.isTombstone(row)) continue
      live[row >>> 3] = (live[row >>> 3] ?? 0) | (1 << (row & 7))
      if (rows.isEmpty(row)) any = true
      else count += 1
    }
  }
  return { rows: live, count, any: any || count > 0 }
}

export const isLive = ({ rows }: Live, row: number): boolean =>
  ((rows[row >>> 3] ?? 0) & (1 << (row & 7))) !== 0

/** Remembers keys by their hash: in a slot stand half of it and, from 1, the row with the whole. */
class KeySet {
  readonly #rows: RowFacts
  readonly #slots: Int32Array
  readonly #mask: number

  constructor(rows: RowFacts, most: number) {
    this.#rows = rows
    const size = 2 ** Math.ceil(Math.log2(Math.max(16, most * 1.5)))
    this.#slots = new Int32Array(size * 2)
    this.#mask = size - 1
  }

  add(row: number): boolean {
    const slots = this.#slots
    const high = this.#rows.hashHigh(row)
    const low = this.#rows.hashLow(row)
    for (let slot = high & this.#mask; ; slot = (slot + 1) & this.#mask) {
      const there = slots[slot * 2 + 1] as number
      if (there === 0) {
        slots[slot * 2] = low
        slots[slot * 2 + 1] = row + 1
        return true
      }
      if (slots[slot * 2] === low && this.#rows.hashHigh(there - 1) === high) return false
    }
  }
}
