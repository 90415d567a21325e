import { corrupt } from '../byte-source.ts'
import { type PageFacts, REVISIONS } from './page-facts.ts'
import type { PageReader } from './page-reader.ts'
import type { Tree } from './tree.ts'

/**
 * The pages of the bucket of keys, in the order of revisions. `spare`: the page number that a bucket takes which lies
 * inside of another page.
 */
export function keyLeaves(
  tree: Tree,
  pages: PageFacts,
  reader: PageReader,
  spare: number,
): readonly number[] {
  const bucket = tree.bucket('key')
  if (!bucket) throw corrupt('it has no bucket of keys')
  if ('inline' in bucket) {
    const { inline } = bucket
    const empty = inline.length < 16 || inline.readUInt16LE(10) === 0
    if (empty) return []
    if (16 + inline.readUInt16LE(10) * 16 > inline.length)
      throw corrupt('a page has more elements than fit')
    if (!reader.inline(spare, inline)) throw notRevisions()
    return [spare]
  }
  let [main, sub] = [-1, 0]
  return bucket.leaves.filter((id) => {
    if (pages.kind(id) !== REVISIONS) {
      if (pages.content(id).readUInt16LE(10) === 0) return false
      throw notRevisions()
    }
    const first = pages.firstMain(id)
    if (first < main || (first === main && pages.firstSub(id) <= sub))
      throw corrupt('revisions are out of order')
    main = pages.lastMain(id)
    sub = pages.lastSub(id)
    return true
  })
}

const notRevisions = () => corrupt('an entry of the bucket of keys is no revision')
