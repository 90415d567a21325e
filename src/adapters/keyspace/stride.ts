// Guesses where the next page ends from how far apart the keys of the last one lie.
import { SEPARATORS } from './enclosing-ends.ts'
import { isEndless } from './midpoint.ts'

/** A distance between keys, both read as numbers of their first `digits` bytes. */
export interface Stride {
  readonly digits: number
  readonly distance: bigint
}

/** Beyond the bytes that two keys have in common: fine enough for a page, whatever the names look like. */
const PRECISION = 8

function numberOf(key: Uint8Array, digits: number): bigint {
  const bytes = Buffer.alloc(digits)
  bytes.set(key.subarray(0, digits))
  return digits === 0 ? 0n : BigInt(`0x${bytes.toString('hex')}`)
}

/** What `rows` keys from `first` to `last` say of the place that `wanted` take. */
export function strideOf(
  first: Uint8Array,
  last: Uint8Array,
  rows: number,
  wanted: number,
): Stride {
  let same = 0
  while (same < first.length && first[same] === last[same]) same += 1
  const digits = same + PRECISION
  const taken = numberOf(last, digits) - numberOf(first, digits)
  const distance = (taken * BigInt(wanted)) / BigInt(Math.max(1, rows))
  return { digits, distance: distance > 0n ? distance : 1n }
}

/** Where nothing is known yet: short, since a stride grows quickly while reaching too far costs etcd a walk. */
export function firstStride(low: Uint8Array): Stride {
  const name = low.findLastIndex((byte) => SEPARATORS.has(byte)) + 1
  return { digits: name + 4, distance: 1n }
}

export const stretched = ({ digits, distance }: Stride, times: number): Stride => ({
  digits,
  distance: distance * BigInt(times),
})

/** A key `stride` beyond `key`, or `high` where that is nearer. */
export function ahead(key: Uint8Array, { digits, distance }: Stride, high: Buffer): Buffer {
  const sum = (numberOf(key, digits) + distance).toString(16)
  if (sum.length > digits * 2) return high
  const end = Buffer.from(sum.padStart(digits * 2, '0'), 'hex')
  return isEndless(high) || Buffer.compare(end, high) < 0 ? end : high
}
