// RFC 7541 appendix B. The code is canonical: the lengths alone give every code.
import { malformed } from './malformed.ts'

/** Bits of each symbol's code, 0 to 255 and then EOS. */
export const CODE_LENGTHS: readonly number[] = (
  '13 23 28 28 28 28 28 28 28 24 30 28 28 30 28 28 28 28 28 28 28 28 30 28 28 28 28 28 28 28 28 28 ' +
  '6 10 10 12 13 6 8 11 10 10 8 11 8 6 6 6 5 5 5 6 6 6 6 6 6 6 7 8 15 6 12 10 ' +
  '13 6 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 8 7 8 13 19 13 14 6 ' +
  '15 5 6 5 6 5 6 6 6 5 7 7 6 6 6 5 6 7 6 5 5 6 7 7 7 7 7 15 11 14 13 28 ' +
  '20 22 20 20 22 22 22 23 22 23 23 23 23 23 24 23 24 24 22 23 24 23 23 23 23 21 22 23 22 23 23 24 ' +
  '22 21 20 22 22 23 23 21 23 22 22 24 21 22 23 23 21 21 22 21 23 22 23 23 20 22 22 22 23 22 22 23 ' +
  '26 26 20 19 22 23 22 25 26 26 26 27 27 26 24 25 19 21 26 27 27 26 27 24 21 21 26 26 28 27 27 27 ' +
  '20 24 20 21 22 21 21 23 22 22 25 25 24 24 26 23 26 27 26 26 27 27 27 27 27 28 27 27 27 27 27 26 ' +
  '30'
)
  .split(' ')
  .map(Number)

const EOS = 256
const LONGEST = 30

/** For each length: the first code, and where its symbols start in the list sorted by length. */
function canonical() {
  const symbols: number[] = []
  const first: number[] = []
  const start: number[] = []
  let code = 0
  for (let length = 1; length <= LONGEST; length += 1) {
    code *= 2
    first[length] = code
    start[length] = symbols.length
    for (const [symbol, bits] of CODE_LENGTHS.entries())
      if (bits === length) {
        symbols.push(symbol)
        code += 1
      }
  }
  start.push(symbols.length)
  return { symbols, first, start }
}
const TABLE = canonical()

function symbolOf(code: number, length: number): number | undefined {
  const from = TABLE.start[length] ?? 0
  const place = from + code - (TABLE.first[length] ?? 0)
  return place >= from && place < (TABLE.start[length + 1] ?? 0) ? TABLE.symbols[place] : undefined
}

export function huffmanDecode(bytes: Uint8Array): Buffer {
  const out: number[] = []
  let code = 0
  let length = 0
  for (const byte of bytes)
    for (let bit = 7; bit >= 0; bit -= 1) {
      code = code * 2 + ((byte >> bit) & 1)
      length += 1
      const symbol = symbolOf(code, length)
      if (symbol === undefined) {
        if (length >= LONGEST) throw malformed('unknown Huffman code')
        continue
      }
      if (symbol === EOS) throw malformed('EOS in a Huffman string')
      out.push(symbol)
      code = 0
      length = 0
    }
  // Padding is the start of EOS: less than a byte of ones (RFC 7541 5.2).
  if (length > 7 || code !== 2 ** length - 1) throw malformed('bad Huffman padding')
  return Buffer.from(out)
}
