// Keys as fractions of the keyspace, to cut a range where nothing is known of it.

/** etcd's way to say "to the end of the keyspace". */
export const isEndless = (end: Uint8Array): boolean => end.length === 1 && end[0] === 0

const DIGITS = 6

/** A key strictly between `low` and `high` (endless allowed), near the numeric middle; undefined where they are too close. */
export function midpoint(low: Uint8Array, high: Uint8Array): Buffer | undefined {
  const endless = isEndless(high)
  const highAt = (index: number) => high[index] ?? 0
  let same = 0
  if (!endless) while (same < low.length && low[same] === high[same]) same += 1
  const a = Buffer.alloc(DIGITS)
  const b = Buffer.alloc(DIGITS, 0xff)
  for (let i = 0; i < DIGITS; i += 1) {
    a[i] = low[same + i] ?? 0
    if (!endless) b[i] = highAt(same + i)
  }
  const from = a.readUIntBE(0, DIGITS)
  const middle = Math.floor((from + b.readUIntBE(0, DIGITS)) / 2)
  if (middle <= from) return undefined
  const tail = Buffer.alloc(DIGITS)
  tail.writeUIntBE(middle, 0, DIGITS)
  const key = Buffer.concat([low.subarray(0, same), tail])
  let length = key.length
  while (length > same + 1 && key[length - 1] === 0) length -= 1
  const cut = key.subarray(0, length)
  return Buffer.compare(cut, low) > 0 && (endless || Buffer.compare(cut, high) < 0)
    ? cut
    : undefined
}
