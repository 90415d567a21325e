const PRINTABLE = /^[\x20-\x7e]*$/

/** Bytes as text where they are printable ASCII, else hexadecimal with a `0x` in front. */
export function displayBytes(bytes: Uint8Array): string {
  const text = Buffer.from(bytes).toString('latin1')
  return PRINTABLE.test(text) ? text : `0x${Buffer.from(bytes).toString('hex')}`
}

/** The end of the range of all keys that start with `prefix` (etcd's convention); `\0` = to the end of the keyspace. */
export function rangeEndOfPrefix(prefix: Uint8Array): Uint8Array {
  for (let last = prefix.length - 1; last >= 0; last -= 1) {
    const byte = prefix[last] ?? 0xff
    if (byte === 0xff) continue
    // A Buffer's own slice would share its memory, and the prefix would change.
    const end = Uint8Array.from(prefix.subarray(0, last + 1))
    end[last] = byte + 1
    return end
  }
  return Uint8Array.of(0)
}
