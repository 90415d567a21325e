import { crc32c, joined, shifted } from '../crc32c.ts'
import { isLive, type Live } from './live-rows.ts'
import type { PageFacts } from './page-facts.ts'
import type { SurveyedHash } from './result.ts'
import type { RowFacts } from './row-facts.ts'

interface Held {
  readonly leaves: readonly number[]
  readonly pages: PageFacts
  readonly rows: RowFacts
  /** Absent where there are more rows than are remembered. */
  readonly live: Live | undefined
}

/**
 * What `HashKV` of the member answers for the last revision, while its compact revision is the same: the CRC-32C of
 * `key` and of every revision's key and value. etcd leaves out what a compaction has dropped or will drop, and also
 * kept revisions at or below it that have a later one by now; with no living key at all it leaves out nothing.
 * Where the last revision is the compact revision itself, etcd 3.4 refuses the question, and 3.5 answers with the hash
 * from before the compaction and the compact revision of then: compare only where the compact revisions are equal.
 */
export function hashKv(held: Held, revision: bigint, compacted: bigint | undefined): SurveyedHash {
  const { leaves, pages, rows, live } = held
  const boundary = compacted === undefined ? -1 : Number(compacted)
  const below = (id: number) => pages.firstMain(id) <= boundary
  if (leaves.some((id) => pages.unhashed.has(id)))
    return { missing: 'the free pages claim more bytes than can be hashed' }
  if (!live && leaves.some(below)) return { missing: 'more revisions are held than are surveyed' }
  if (live?.any === false && hasTombstoneAt(held, boundary))
    return {
      missing: 'no key lives, and versions of etcd differ on a deletion at the compact revision',
    }
  let state = crc32c(-1, Buffer.from('key'))
  for (const id of leaves) {
    if (!live || !live.any || !below(id)) {
      state = joined(state, pages.state(id), pages.bytes(id))
      continue
    }
    const first = pages.first(id)
    let before = 0
    for (let row = first; row < first + pages.count(id); row += 1) {
      const length = rows.length(row)
      const after = rows.state(row)
      if (rows.main(row) > boundary || isLive(live, row))
        state = joined(state, after ^ shifted(before, length), length)
      before = after
    }
  }
  const compactRevision = (compacted ?? -1n).toString()
  return { hash: ~state >>> 0, revision: revision.toString(), compactRevision }
}

function hasTombstoneAt({ leaves, pages, rows }: Held, boundary: number): boolean {
  return leaves.some((id) => {
    const first = pages.first(id)
    return Array.from({ length: pages.count(id) }, (_, index) => first + index).some(
      (row) => rows.main(row) === boundary && rows.isTombstone(row),
    )
  })
}
