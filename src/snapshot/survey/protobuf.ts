import { corrupt } from '../byte-source.ts'

export interface Field {
  readonly number: number
  /** Of a varint. */
  readonly value: bigint
  /** Of a string, bytes or a message. */
  readonly bytes: Buffer
}

const NOTHING = Buffer.alloc(0)

/** The fields of a protobuf message, in order. Throws KeepError `corrupt`. */
export function fields(message: Buffer): readonly Field[] {
  const found: Field[] = []
  let at = 0
  const varint = () => {
    let value = 0n
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = message[at]
      if (byte === undefined) break
      at += 1
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return BigInt.asUintN(64, value)
    }
    throw corrupt('a stored message ends within a number')
  }
  const bytes = (length: bigint) => {
    if (length > BigInt(message.length - at)) throw corrupt('a stored message is cut short')
    at += Number(length)
    return message.subarray(at - Number(length), at)
  }
  while (at < message.length) {
    const tag = Number(varint())
    const wire = tag & 7
    if (![0, 1, 2, 5].includes(wire)) throw corrupt('a stored message has a field of unknown form')
    const value = wire === 0 ? varint() : 0n
    const content = wire === 0 ? NOTHING : bytes(wire === 2 ? varint() : wire === 1 ? 8n : 4n)
    found.push({ number: Math.floor(tag / 8), value, bytes: content })
  }
  return found
}
