// CRC-32C (Castagnoli, RFC 3720), as etcd's HashKV has it. Node has only the other CRC-32.

const POLYNOMIAL = 0x82f63b78
const LITTLE_ENDIAN = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1

/** Sixteen tables: what a byte contributes that has 0 to 15 bytes behind it. */
function slices(): Int32Array {
  const tables = new Int32Array(16 * 256)
  for (let byte = 0; byte < 256; byte += 1) {
    let state = byte
    for (let bit = 0; bit < 8; bit += 1)
      state = (state & 1) === 0 ? state >>> 1 : (state >>> 1) ^ POLYNOMIAL
    tables[byte] = state
  }
  for (let at = 256; at < tables.length; at += 1) {
    const before = Number(tables[at - 256])
    tables[at] = (before >>> 8) ^ Number(tables[before & 255])
  }
  return tables
}
const T = slices()

let wordsOf: ArrayBufferLike | undefined
let words: Int32Array = new Int32Array(0)

/** The bytes under a view, as words; the same memory is asked for many times in a row. */
function wordView(bytes: Uint8Array): Int32Array {
  if (bytes.buffer !== wordsOf) {
    wordsOf = bytes.buffer
    words = new Int32Array(bytes.buffer, 0, bytes.buffer.byteLength >>> 2)
  }
  return words
}

function byBytes(state: number, bytes: Uint8Array, start: number, end: number): number {
  let s = state
  for (let at = start; at < end; at += 1) s = (s >>> 8) ^ (T[(s ^ (bytes[at] ?? 0)) & 255] ?? 0)
  return s
}

/**
 * The register after the bytes from `start` to `end` have passed, no inversion before or after: from 0 it is linear,
 * so that parts can be put together (`joined`). For the CRC as others print it start with −1 and invert the end.
 */
export function crc32c(state: number, bytes: Uint8Array, start = 0, end = bytes.length): number {
  if (!LITTLE_ENDIAN || end - start < 32) return byBytes(state, bytes, start, end)
  const base = bytes.byteOffset
  const first = ((base + start + 3) & ~3) - base
  const view = wordView(bytes)
  let s = byBytes(state, bytes, start, first)
  let word = (base + first) >>> 2
  // Sixteen bytes in one step; the indexes are masked, so that none lies outside of the tables.
  for (const last = ((base + end) >>> 2) - 4; word <= last; word += 4) {
    const a = s ^ (view[word] as number)
    const b = view[word + 1] as number
    const c = view[word + 2] as number
    const d = view[word + 3] as number
    s =
      (T[3840 + (a & 255)] as number) ^
      (T[3584 + ((a >>> 8) & 255)] as number) ^
      (T[3328 + ((a >>> 16) & 255)] as number) ^
      (T[3072 + (a >>> 24)] as number) ^
      (T[2816 + (b & 255)] as number) ^
      (T[2560 + ((b >>> 8) & 255)] as number) ^
      (T[2304 + ((b >>> 16) & 255)] as number) ^
      (T[2048 + (b >>> 24)] as number) ^
      (T[1792 + (c & 255)] as number) ^
      (T[1536 + ((c >>> 8) & 255)] as number) ^
      (T[1280 + ((c >>> 16) & 255)] as number) ^
      (T[1024 + (c >>> 24)] as number) ^
      (T[768 + (d & 255)] as number) ^
      (T[512 + ((d >>> 8) & 255)] as number) ^
      (T[256 + ((d >>> 16) & 255)] as number) ^
      (T[d >>> 24] as number)
  }
  return byBytes(s, bytes, (word << 2) - base, end)
}

/** The product of two polynomials modulo the CRC's own, bits reflected. */
function product(a: number, b: number): number {
  let sum = 0
  let factor = b
  for (let bit = 31; bit >= 0; bit -= 1) {
    sum ^= -((a >>> bit) & 1) & factor
    factor = (factor >>> 1) ^ (-(factor & 1) & POLYNOMIAL)
  }
  return sum
}

/** x to the power of 8 × 256^place × digit, for each digit of a length. */
const POWERS = [0, 1, 2, 3].map((place) => {
  let step = 0x0080_0000
  for (let squared = 0; squared < place * 8; squared += 1) step = product(step, step)
  const powers = new Int32Array(256)
  powers[0] = 0x8000_0000
  for (let digit = 1; digit < 256; digit += 1)
    powers[digit] = product(Number(powers[digit - 1]), step)
  return powers
})

/** A register that has seen `length` (below 2^32) zero bytes more. */
export function shifted(state: number, length: number): number {
  let s = state
  let rest = length
  for (const powers of POWERS) {
    if (rest === 0) break
    if ((rest & 255) !== 0) s = product(s, powers[rest & 255] ?? 0)
    rest >>>= 8
  }
  return s
}

/** The register of two parts in a row, the second one taken from 0 over `length` bytes. */
export const joined = (first: number, second: number, length: number): number =>
  shifted(first, length) ^ second
