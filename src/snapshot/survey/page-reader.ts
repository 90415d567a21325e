import { crc32c } from '../crc32c.ts'
import type { Meta } from '../meta-page.ts'
import type { EncryptionNames } from './encryption-names.ts'
import { u16, u32, u32be } from './numbers.ts'
import { type PageFacts, REVISIONS } from './page-facts.ts'
import type { Prefixes } from './prefixes.ts'
import { EMPTY, type RowFacts } from './row-facts.ts'
import { viewRow } from './row-view.ts'

const HEADER = 16
const ELEMENT = 16
const UNDERSCORE = 0x5f
const T = 0x74
/** Revisions stay below 2^53. */
const HIGHEST = 0x20_0000

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
  readonly #children = new Uint32Array(65_536)
  readonly #view = { keyStart: 0, keyEnd: 0, valueStart: 0, valueEnd: 0 }
  readonly #row = { main: 0, tombstone: false, length: 0, state: 0, prefix: 0 }

  constructor(notes: Notes, meta: Meta) {
    this.#notes = notes
    this.#meta = meta
  }

  page(id: number, leaf: boolean, bytes: Uint8Array, start: number, length: number): void {
    const count = u16(bytes, start + 10)
    // bbolt puts few elements into a page that is longer than one: their heads never pass its beginning.
    if (HEADER + count * ELEMENT > Math.min(length, this.#meta.pageSize)) return
    this.#notes.pages.overflow[id] = length / this.#meta.pageSize - 1
    if (!leaf) return this.#branch(id, bytes, start, count)
    if (count > 0 && this.#looksLikeRevision(bytes, start, length)) {
      const before = this.#notes.rows.count
      if (!this.revisions(id, bytes, start, length)) this.#notes.rows.truncate(before)
      return
    }
    this.#notes.pages.other(
      id,
      bytes.subarray(start, start + usedBytes(bytes, start, count, length)),
    )
  }

  #branch(id: number, bytes: Uint8Array, start: number, count: number): void {
    for (let index = 0; index < count; index += 1) {
      const at = start + HEADER + index * ELEMENT
      const child = u32(bytes, at + 8)
      if (u32(bytes, at + 12) !== 0 || child < 2 || child >= this.#meta.pages) return
      this.#children[index] = child
    }
    if (count > 0) this.#notes.pages.branch(id, this.#children.subarray(0, count))
  }

  #looksLikeRevision(bytes: Uint8Array, start: number, length: number): boolean {
    const at = start + HEADER
    const key = at + u32(bytes, at + 4)
    const size = u32(bytes, at + 8)
    if (u32(bytes, at) !== 0 || (size !== 17 && size !== 18) || key + size > start + length)
      return false
    return bytes[key + 8] === UNDERSCORE && u32be(bytes, key) < HIGHEST
  }

  /** Notes a page of revisions; false where any of it is no such thing. */
  revisions(id: number, bytes: Uint8Array, start: number, length: number): boolean {
    const { pages, rows } = this.#notes
    const row = this.#row
    const count = u16(bytes, start + 10)
    const first = rows.count
    const end = start + length
    let [main, sub, used, names] = [-1, 0, 0, 0]
    row.state = 0
    for (let index = 0; index < count; index += 1) {
      const at = start + HEADER + index * ELEMENT
      const key = at + u32(bytes, at + 4)
      const keySize = u32(bytes, at + 8)
      const value = key + keySize
      const stop = value + u32(bytes, at + 12)
      row.length = stop - key
      used += row.length
      // Elements that share bytes would make a small file cost without end.
      if (u32(bytes, at) !== 0 || stop > end || used > length) return false
      if (keySize !== 17 && (keySize !== 18 || bytes[key + 17] !== T)) return false
      const high = u32be(bytes, key)
      if (high >= HIGHEST || bytes[key + 8] !== UNDERSCORE || u32be(bytes, key + 9) !== 0)
        return false
      const nextSub = u32be(bytes, key + 13)
      row.main = high * 0x1_0000_0000 + u32be(bytes, key + 4)
      if (row.main < main || (row.main === main && nextSub <= sub)) return false
      main = row.main
      sub = nextSub
      if (index === 0) {
        pages.firstMain[id] = main
        pages.firstSub[id] = sub
      }
      const found = this.#rowOf(bytes, key, value, stop)
      if (found < 0) return false
      names |= found
    }
    pages.kind[id] = REVISIONS
    pages.first[id] = first
    pages.count[id] = count
    pages.state[id] = row.state
    pages.bytes[id] = used
    pages.lastMain[id] = main
    pages.lastSub[id] = sub
    pages.names[id] = names
    return true
  }

  /** Notes the row whose value lies between; the bit of its encryption key's name, −1 where it is no row. */
  #rowOf(bytes: Uint8Array, key: number, value: number, stop: number): number {
    const { rows, prefixes, names, hash } = this.#notes
    const view = this.#view
    const row = this.#row
    if (!viewRow(bytes, value, stop, view)) return -1
    if (hash) row.state = crc32c(row.state, bytes, key, stop)
    row.tombstone = value - key === 18
    row.prefix = value === stop ? EMPTY : prefixes.of(bytes, view.keyStart, view.keyEnd)
    rows.add(row, bytes, view.keyStart, view.keyEnd)
    return names.bitOf(bytes, view.valueStart, view.valueEnd)
  }
}

/** The bytes of a page up to the end of its last element; all of it where the heads lie. */
function usedBytes(bytes: Uint8Array, start: number, count: number, length: number): number {
  let used = HEADER + count * ELEMENT
  for (let index = 0; index < count; index += 1) {
    const at = HEADER + index * ELEMENT
    const head = start + at
    used = Math.max(used, at + u32(bytes, head + 4) + u32(bytes, head + 8) + u32(bytes, head + 12))
  }
  return Math.min(used, length)
}
