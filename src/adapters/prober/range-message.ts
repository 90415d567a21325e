// The one RangeRequest of the prober, and the little it reads of a RangeResponse (protobuf by hand:
// the bytes come from whoever listens there).
import { displayBytes, rangeEndOfPrefix } from '../../core/bytes.ts'

const PREFIX = Buffer.from('/registry/secrets/')

/** Length-delimited field of at most 127 bytes. */
const field = (number: number, bytes: Uint8Array) =>
  Buffer.concat([Buffer.of(number * 8 + 2, bytes.length), bytes])

/**
 * Name of the first Secret, never its value: `keys_only`, and `serializable`, so that a member
 * without quorum answers too. With its 5 bytes of gRPC framing.
 */
export function rangeRequest(): Buffer {
  const message = Buffer.concat([
    field(1, PREFIX),
    field(2, rangeEndOfPrefix(PREFIX)),
    Buffer.of(3 * 8, 1), // limit
    Buffer.of(7 * 8, 1), // serializable
    Buffer.of(8 * 8, 1), // keys_only
  ])
  const head = Buffer.alloc(5)
  head.writeUInt32BE(message.length, 1)
  return Buffer.concat([head, message])
}

function varint(bytes: Buffer, at: number): { value: number; next: number } | undefined {
  let value = 0
  for (let index = 0; index < 10; index += 1) {
    const byte = bytes[at + index]
    if (byte === undefined) return undefined
    value += (byte & 0x7f) * 2 ** (7 * index)
    if (byte < 0x80) return { value, next: at + index + 1 }
  }
  return undefined
}

/** First length-delimited field with this number; undefined where there is none or the bytes are no message. */
function lengthDelimited(bytes: Buffer, wanted: number): Buffer | undefined {
  let at = 0
  while (at < bytes.length) {
    const tag = varint(bytes, at)
    const head = tag && varint(bytes, tag.next)
    if (!tag || !head) return undefined
    const wire = tag.value % 8
    if (wire !== 0 && wire !== 2) return undefined
    const end = wire === 0 ? head.next : head.next + head.value
    if (end > bytes.length) return undefined
    if (wire === 2 && Math.floor(tag.value / 8) === wanted) return bytes.subarray(head.next, end)
    at = end
  }
  return undefined
}

/** The key of the first row of a framed RangeResponse, as text. */
export function firstKey(framed: Buffer): string | undefined {
  const row = lengthDelimited(framed.subarray(5), 2)
  const key = row && lengthDelimited(row, 1)
  return key && displayBytes(key.subarray(0, 200))
}
