import { crc32c } from '../crc32c.ts'
import type { Meta } from '../meta-page.ts'
import type { EncryptionNames } from './encryption-names.ts'
import { type Span, spanOf } from './numbers.ts'
import type { PageFacts } from './page-facts.ts'
import type { Prefixes } from './prefixes.ts'
import { EMPTY, type RowFacts } from './row-facts.ts'
import { viewRow } from './row-view.ts'

const HEADER = 16
const ELEMENT = 16
/** `main _ sub`, each number 8 bytes big-endian, and `t` behind it for a deletion. */
const REVISION = 17
const UNDERSCORE = 0x5f
const T = 0x74
/** Revisions stay below 2^53. */
const HIGHEST = 0x20_0000
/** Bytes of long pages that are hashed beyond what came: old heads that claim the same bytes again and again. */
const SPARE_HASHING = 256 * 1024 * 1024

export interface Notes {
  readonly pages: PageFacts
  readonly rows: RowFacts
  readonly prefixes: Prefixes
  readonly names: EncryptionNames
  /** Whether the CRC of every page is taken. */
  readonly hash: boolean
}

/** Reads pages into notes. A page that is not sound leaves none: that matters only if the tree reaches it. */
export class PageReader {
  readonly #notes: Notes
  readonly #meta: Meta
  readonly #children = new Uint32Array(4096)
  readonly #at = { keyStart: 0, keyEnd: 0, valueStart: 0, valueEnd: 0, created: false }
  readonly #row = {
    main: 0,
    sub: 0,
    tombstone: false,
    created: false,
    length: 0,
    state: 0,
    prefix: 0,
  }
  #names = 0
  #hash: boolean
  #spare = SPARE_HASHING

  constructor(notes: Notes, meta: Meta) {
    this.#notes = notes
    this.#meta = meta
    this.#hash = notes.hash
  }

  page(id: number, leaf: boolean, span: Span, start: number, length: number): void {
    const count = span.view.getUint16(start + 10, true)
    // bbolt puts few elements into a page that is longer than one: their heads never pass its beginning.
    if (HEADER + count * ELEMENT > this.#meta.pageSize) return
    this.#notes.pages.setOverflow(id, length / this.#meta.pageSize - 1)
    if (!leaf) this.#branch(id, span, start, count)
    else if (count > 0 && looksLikeRevision(span, start, length))
      this.#leaf(id, span, start, length)
    else {
      const used = usedBytes(span, start, count, length)
      this.#notes.pages.other(id, span.bytes.subarray(start, start + used))
    }
  }

  #branch(id: number, { view }: Span, start: number, count: number): void {
    for (let index = 0; index < count; index += 1) {
      const at = start + HEADER + index * ELEMENT
      const child = view.getUint32(at + 8, true)
      if (view.getUint32(at + 12, true) !== 0 || child < 2 || child >= this.#meta.pages) return
      this.#children[index] = child
    }
    if (count > 0) this.#notes.pages.branch(id, this.#children.subarray(0, count))
  }

  #leaf(id: number, span: Span, start: number, length: number): void {
    const { rows, hash } = this.#notes
    if (length > this.#meta.pageSize) this.#spare -= length
    this.#hash = hash && this.#spare > 0
    const before = rows.count
    if (!this.#revisions(id, span, start, length)) rows.truncate(before)
  }

  /** A page of revisions that lies inside of another page; false where it is none. */
  inline(id: number, page: Uint8Array): boolean {
    const span = spanOf(page)
    this.#hash = this.#notes.hash
    return this.#revisions(id, span, 0, page.length)
  }

  /** More bytes came: as many may be hashed once more. */
  came(bytes: number): void {
    this.#spare = Math.min(SPARE_HASHING, this.#spare + bytes)
  }

  /** Notes a page of revisions; false where any of it is no such thing. */
  #revisions(id: number, span: Span, start: number, length: number): boolean {
    const { pages, rows } = this.#notes
    const row = this.#row
    const count = span.view.getUint16(start + 10, true)
    const first = rows.count
    let used = 0
    this.#names = 0
    row.state = 0
    row.main = -1
    for (let index = 0; index < count; index += 1) {
      if (!this.#element(span, start + HEADER + index * ELEMENT, start + length)) return false
      used += row.length
      // Elements that share bytes would make a small file cost without end.
      if (used > length) return false
      if (index > 0) continue
      pages.setFirst(id, row.main, row.sub)
    }
    const { state } = row
    pages.revisions(id, { first, count, state, bytes: used, names: this.#names })
    pages.setLast(id, row.main, row.sub)
    if (this.#notes.hash && !this.#hash) pages.unhashed.add(id)
    return true
  }

  /** Notes the row of the element whose head is at `at`; false where it is none, or comes before the one before it. */
  #element(span: Span, at: number, end: number): boolean {
    const { bytes, view } = span
    const row = this.#row
    const key = at + view.getUint32(at + 4, true)
    const value = key + view.getUint32(at + 8, true)
    const stop = value + view.getUint32(at + 12, true)
    row.tombstone = value - key !== REVISION
    if (view.getUint32(at, true) !== 0 || stop > end || value - key < REVISION) return false
    if (row.tombstone && (value - key !== REVISION + 1 || bytes[key + REVISION] !== T)) return false
    const high = view.getUint32(key)
    if (high >= HIGHEST || bytes[key + 8] !== UNDERSCORE || view.getUint32(key + 9) !== 0)
      return false
    const main = high * 0x1_0000_0000 + view.getUint32(key + 4)
    const sub = view.getUint32(key + 13)
    if (main < row.main || (main === row.main && sub <= row.sub)) return false
    row.main = main
    row.sub = sub
    row.length = stop - key
    if (!viewRow(bytes, value, stop, this.#at)) return false
    if (this.#hash) row.state = crc32c(row.state, bytes, key, stop)
    this.#note(span, value === stop)
    return true
  }

  #note(span: Span, empty: boolean): void {
    const { rows, prefixes, names } = this.#notes
    const { keyStart, keyEnd, valueStart, valueEnd } = this.#at
    this.#row.prefix = empty ? EMPTY : prefixes.of(span, keyStart, keyEnd)
    this.#row.created = this.#at.created
    rows.add(this.#row, span.view, keyStart, keyEnd)
    this.#names |= names.bitOf(span, valueStart, valueEnd)
  }
}

function looksLikeRevision({ bytes, view }: Span, start: number, length: number): boolean {
  const at = start + HEADER
  const key = at + view.getUint32(at + 4, true)
  const size = view.getUint32(at + 8, true)
  if (view.getUint32(at, true) !== 0 || key + size > start + length) return false
  if (size !== REVISION && size !== REVISION + 1) return false
  return bytes[key + 8] === UNDERSCORE && view.getUint32(key) < HIGHEST
}

/** The bytes of a page up to the end of its last element; all of it where the heads lie. */
function usedBytes({ view }: Span, start: number, count: number, length: number): number {
  let used = HEADER + count * ELEMENT
  for (let index = 0; index < count; index += 1) {
    const at = start + HEADER + index * ELEMENT
    const size = view.getUint32(at + 8, true) + view.getUint32(at + 12, true)
    used = Math.max(used, at - start + view.getUint32(at + 4, true) + size)
  }
  return Math.min(used, length)
}
