// The few messages that the reader sends, and one that it takes; protobuf by hand, so that no library is loaded.
import { malformed } from '../h2/malformed.ts'

function varint(value: bigint): Buffer {
  const out: number[] = []
  let rest = BigInt.asUintN(64, value)
  for (; rest >= 0x80n; rest >>= 7n) out.push(Number(rest & 0x7fn) | 0x80)
  out.push(Number(rest))
  return Buffer.from(out)
}
const bytesField = (field: number, bytes: Uint8Array): Buffer =>
  Buffer.concat([varint(BigInt(field * 8 + 2)), varint(BigInt(bytes.length)), bytes])
const numberField = (field: number, value: bigint): Buffer =>
  value === 0n ? Buffer.alloc(0) : Buffer.concat([varint(BigInt(field * 8)), varint(value)])

export interface RangeAsked {
  readonly key: Uint8Array
  readonly rangeEnd: Uint8Array
  readonly limit: number
  readonly revision: bigint
  readonly keysOnly: boolean
}

/** etcdserverpb.RangeRequest */
export const rangeRequest = (asked: RangeAsked): Buffer =>
  Buffer.concat([
    bytesField(1, asked.key),
    bytesField(2, asked.rangeEnd),
    numberField(3, BigInt(asked.limit)),
    numberField(4, asked.revision),
    numberField(8, asked.keysOnly ? 1n : 0n),
  ])

/** etcdserverpb.AuthenticateRequest */
export const authenticateRequest = (name: string, password: string): Buffer =>
  Buffer.concat([bytesField(1, Buffer.from(name)), bytesField(2, Buffer.from(password))])

/** The token of an etcdserverpb.AuthenticateResponse. */
export function tokenOf(message: Buffer): string {
  let at = 0
  const number = (): number => {
    let value = 0
    for (let scale = 1; at < message.length && scale <= 2 ** 42; scale *= 128) {
      const byte = message[at] ?? 0
      at += 1
      value += (byte & 0x7f) * scale
      if (byte < 0x80) return value
    }
    throw malformed('an answer to the login that ends early')
  }
  while (at < message.length) {
    const tag = number()
    if ((tag & 7) !== 2) throw malformed('an answer to the login of another shape')
    const length = number()
    if (length > message.length - at) throw malformed('an answer to the login that ends early')
    if (tag === 0x12) return message.toString('utf8', at, at + length)
    at += length
  }
  throw malformed('an answer to the login without a token')
}
