/**
 * HalfSipHash-1-3 with 64 bits of key and of result (https://github.com/veorq/SipHash): short and keyed, so that whoever
 * writes the keys of a database cannot make them collide. Puts the two halves into `into` at `at` and behind it.
 */
export function halfSipHash(
  key: readonly [number, number],
  data: DataView,
  start: number,
  end: number,
  into: Int32Array,
  at: number,
): void {
  let a = key[0] | 0
  let b = key[1] ^ 0xee
  let c = 0x6c796765 ^ key[0]
  let d = 0x74656462 ^ key[1]
  const length = end - start
  const whole = start + (length & ~3)
  let tail = length << 24
  for (let one = whole; one < end; one += 1) tail |= data.getUint8(one) << (8 * (one - whole))
  // The words, the tail, and twice three rounds without a word.
  const words = (length >>> 2) + 1
  for (let round = 0, from = start; round < words + 6; round += 1, from += 4) {
    let word = 0
    if (from < whole) word = data.getInt32(from, true)
    else if (round === words - 1) word = tail
    else if (round === words) c ^= 0xee
    else if (round === words + 3) {
      into[at] = b ^ d
      b ^= 0xdd
    }
    d ^= word
    a = (a + b) | 0
    b = ((b << 5) | (b >>> 27)) ^ a
    a = (a << 16) | (a >>> 16)
    c = (c + d) | 0
    d = ((d << 8) | (d >>> 24)) ^ c
    a = (a + d) | 0
    d = ((d << 7) | (d >>> 25)) ^ a
    c = (c + b) | 0
    b = ((b << 13) | (b >>> 19)) ^ c
    c = (c << 16) | (c >>> 16)
    a ^= word
  }
  into[at + 1] = b ^ d
}
