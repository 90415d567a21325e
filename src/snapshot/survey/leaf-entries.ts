import { corrupt } from '../byte-source.ts'

const HEADER = 16
const ELEMENT = 16
const IS_BUCKET = 0x01

export interface LeafEntry {
  readonly isBucket: boolean
  readonly key: Buffer
  readonly value: Buffer
}

function slice(page: Buffer, start: number, length: number): Buffer {
  if (start + length > page.length) throw corrupt('an element points out of its page')
  return page.subarray(start, start + length)
}

/** The elements of a leaf page, in order. Throws KeepError `corrupt`. */
export function leafEntries(page: Buffer): readonly LeafEntry[] {
  const count = page.length < HEADER ? 0 : page.readUInt16LE(10)
  if (HEADER + count * ELEMENT > page.length) throw corrupt('a page has more elements than fit')
  let used = 0
  let before: Buffer | undefined
  return Array.from({ length: count }, (_, index) => {
    const at = HEADER + index * ELEMENT
    const start = at + page.readUInt32LE(at + 4)
    const keyLength = page.readUInt32LE(at + 8)
    const valueLength = page.readUInt32LE(at + 12)
    used += keyLength + valueLength
    if (used > page.length) throw corrupt('elements of a page overlap')
    const key = slice(page, start, keyLength)
    if (before && Buffer.compare(before, key) >= 0)
      throw corrupt('elements of a page are out of order')
    before = key
    return {
      isBucket: (page.readUInt32LE(at) & IS_BUCKET) !== 0,
      key,
      value: slice(page, start + keyLength, valueLength),
    }
  })
}
