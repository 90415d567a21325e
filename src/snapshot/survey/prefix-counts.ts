import { isLive, type Live } from './live-rows.ts'
import type { PageFacts } from './page-facts.ts'
import type { Prefixes } from './prefixes.ts'
import type { PrefixCount } from './result.ts'
import type { RowFacts } from './row-facts.ts'

/** The largest prefix first. */
export function prefixCounts(
  leaves: readonly number[],
  pages: PageFacts,
  rows: RowFacts,
  prefixes: Prefixes,
  live: Live,
): readonly PrefixCount[] {
  const sums = Array.from({ length: 4 }, () => new Float64Array(prefixes.count))
  const [keys, bytes, revisions, revisionBytes] = sums as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ]
  for (const id of leaves) {
    const first = pages.first[id] ?? 0
    for (let row = first; row < first + (pages.count[id] ?? 0); row += 1) {
      if (rows.isEmpty(row)) continue
      const prefix = rows.prefix(row)
      const length = rows.length(row)
      revisions[prefix] = (revisions[prefix] as number) + 1
      revisionBytes[prefix] = (revisionBytes[prefix] as number) + length
      if (!isLive(live, row)) continue
      keys[prefix] = (keys[prefix] as number) + 1
      bytes[prefix] = (bytes[prefix] as number) + length
    }
  }
  return Array.from({ length: prefixes.count }, (_, prefix) => ({
    prefix: prefixes.nameOf(prefix),
    keys: keys[prefix] ?? 0,
    bytes: bytes[prefix] ?? 0,
    revisions: revisions[prefix] ?? 0,
    revisionBytes: revisionBytes[prefix] ?? 0,
  }))
    .filter((one) => one.revisions > 0)
    .toSorted((a, b) => b.bytes - a.bytes || Buffer.compare(a.prefix, b.prefix))
}
