// Protobuf messages of a few fields, read whole; distrustful, as whoever answers may be no etcd.
import { malformed } from '../h2/malformed.ts'

export interface Field {
  readonly field: number
  /** Of a varint; 0 for bytes. */
  readonly number: bigint
  /** Of a length-delimited field; empty for a varint. */
  readonly bytes: Buffer
}

const NOTHING = Buffer.alloc(0)

export function* fieldsOf(message: Buffer): Generator<Field> {
  let at = 0
  const varint = (): bigint => {
    let value = 0n
    for (let shift = 0n; at < message.length && shift < 70n; shift += 7n) {
      const byte = message[at] ?? 0
      at += 1
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return BigInt.asUintN(64, value)
    }
    throw malformed('a message that ends within a number')
  }
  const bytes = (length: bigint): Buffer => {
    if (length > BigInt(message.length - at)) throw malformed('a message that ends within a field')
    const part = message.subarray(at, at + Number(length))
    at += Number(length)
    return part
  }
  while (at < message.length) {
    const tag = varint()
    const field = Number(tag >> 3n)
    const wire = Number(tag & 7n)
    if (wire === 0) yield { field, number: varint(), bytes: NOTHING }
    else if (wire === 2) yield { field, number: 0n, bytes: bytes(varint()) }
    else if (wire === 1) bytes(8n)
    else if (wire === 5) bytes(4n)
    else throw malformed(`protobuf wire type ${wire}`)
  }
}
