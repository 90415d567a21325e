import { corrupt } from './byte-source.ts'

const KEY = 1
const VALUE = 5

interface Varint {
  readonly value: number
  readonly end: number
}

/** A varint of at most 10 bytes; only lengths and tags are used, so more than 53 bits are refused as lengths. */
function varint(bytes: Uint8Array, at: number): Varint {
  let value = 0
  for (let index = 0; index < 10; index += 1) {
    const byte = bytes[at + index]
    if (byte === undefined) break
    value += (byte & 0x7f) * 2 ** (7 * index)
    if (byte < 0x80) return { value, end: at + index + 1 }
  }
  throw corrupt('a stored row ends within a number')
}

function skip(bytes: Uint8Array, wire: number, at: number): number {
  if (wire === 0) return varint(bytes, at).end
  if (wire === 1) return at + 8
  if (wire === 5) return at + 4
  if (wire !== 2) throw corrupt('a stored row has a field of unknown form')
  const { value, end } = varint(bytes, at)
  return end + value
}

/** Key and value of an encoded mvccpb.KeyValue, as views of the bytes. */
export function keyValue(bytes: Buffer): { readonly key: Buffer; readonly value: Buffer } {
  let key = bytes.subarray(0, 0)
  let value = key
  for (let at = 0; at < bytes.length;) {
    const tag = varint(bytes, at)
    const number = Math.floor(tag.value / 8)
    const wire = tag.value & 7
    const end = skip(bytes, wire, tag.end)
    if (end > bytes.length) throw corrupt('a stored row is cut short')
    if (wire === 2) {
      const content = bytes.subarray(varint(bytes, tag.end).end, end)
      if (number === KEY) key = content
      if (number === VALUE) value = content
    }
    at = end
  }
  return { key, value }
}
