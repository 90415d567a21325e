import type { PageFacts } from './page-facts.ts'
import type { PrefixSums } from './prefix-counts.ts'
import { CREATED, EMPTY, HASH, type RowFacts, LENGTH, PREFIX, ROW_WORDS } from './row-facts.ts'

export interface Live {
  /** One bit for each row that is the last of its key, and no deletion. */
  readonly rows: Uint8Array
  readonly count: number
  /** Whether there is such a row at all, be it one without a key: a restore that bumps the revision leaves one. */
  readonly any: boolean
}

/** Whether the row ends the life of an older one, if one is held: what only made its key ends none. */
const ends = (flags: number) => flags < 0 || (flags & CREATED) === 0

/** How many rows later than the compaction end the life of another. */
function endings(
  leaves: readonly number[],
  pages: PageFacts,
  { words }: RowFacts,
  compacted: number,
): number {
  let count = 0
  for (let index = leaves.length - 1; index >= 0; index -= 1) {
    const id = leaves[index] as number
    if (pages.lastMain(id) <= compacted) break
    const first = pages.first(id)
    for (let row = first; row < first + pages.count(id); row += 1)
      if (ends(words[row * ROW_WORDS + PREFIX] as number)) count += 1
  }
  return count
}

/**
 * Which rows live at the last revision, summed up by prefix on the way: those that no later row of their key ended. Up
 * to `compacted`, the last compaction that is done, etcd holds one row of a key: only later ones end another, and need
 * be remembered, in 11 to 21 bytes each.
 */
export function liveRows(
  leaves: readonly number[],
  pages: PageFacts,
  facts: RowFacts,
  sums: PrefixSums,
  compacted: number,
): Live {
  const { words } = facts
  const live = new Uint8Array((facts.count >>> 3) + 1)
  // In a slot stand half of the key's hash and, from 1, the row with the whole.
  const most = endings(leaves, pages, facts, compacted)
  const size = 2 ** Math.ceil(Math.log2(Math.max(16, most * 1.5)))
  const slots = new Int32Array(size * 2)
  const mask = size - 1
  let count = 0
  let any = false
  for (let index = leaves.length - 1; index >= 0; index -= 1) {
    const id = leaves[index] as number
    const first = pages.first(id)
    const late = pages.lastMain(id) > compacted
    for (let row = first + pages.count(id) - 1; row >= first; row -= 1) {
      const at = row * ROW_WORDS
      const high = words[at + HASH] as number
      const low = words[at + HASH + 1] as number
      const prefix = words[at + PREFIX] as number
      let slot = (high & mask) * 2
      let there = slots[slot + 1] as number
      while (
        there !== 0 &&
        (slots[slot] !== low || words[(there - 1) * ROW_WORDS + HASH] !== high)
      ) {
        slot = (slot + 2) & (mask * 2 + 1)
        there = slots[slot + 1] as number
      }
      const isLive = there === 0 && prefix >= 0
      if (there === 0 && late && ends(prefix)) {
        slots[slot] = low
        slots[slot + 1] = row + 1
      }
      if (isLive) live[row >>> 3] = (live[row >>> 3] as number) | (1 << (row & 7))
      const length = words[at + LENGTH] as number
      if ((prefix & 0xffff) === EMPTY) any ||= isLive
      else {
        sums.add(prefix & 0xffff, length, isLive)
        if (isLive) count += 1
      }
    }
  }
  return { rows: live, count, any: any || count > 0 }
}

export const isLive = ({ rows }: Live, row: number): boolean =>
  ((rows[row >>> 3] ?? 0) & (1 << (row & 7))) !== 0
