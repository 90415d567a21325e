// HPACK (RFC 7541): a full decoder, and an encoder that uses no table and so needs no state.
import { huffmanDecode } from './huffman.ts'
import { malformed } from './malformed.ts'
import { STATIC_TABLE } from './static-table.ts'

export type Header = readonly [name: string, value: string]

/** Bytes of names and values in one block, counted as RFC 7541 4.1 does: beyond it the peer is hostile. */
const LIST_LIMIT = 64 * 1024
const OVERHEAD = 32

class Cursor {
  readonly bytes: Uint8Array
  at = 0
  constructor(bytes: Uint8Array) {
    this.bytes = bytes
  }
  get done(): boolean {
    return this.at >= this.bytes.length
  }
  byte(): number {
    const byte = this.bytes[this.at]
    if (byte === undefined) throw malformed('a header block ends early')
    this.at += 1
    return byte
  }
  /** RFC 7541 5.1. */
  integer(prefixBits: number): number {
    const full = 2 ** prefixBits - 1
    let value = this.byte() & full
    if (value < full) return value
    for (let shift = 0; ; shift += 7) {
      if (shift > 28) throw malformed('an HPACK integer is too large')
      const byte = this.byte()
      value += (byte & 0x7f) * 2 ** shift
      if (byte < 0x80) return value
    }
  }
  /** RFC 7541 5.2; bytes as Latin-1 text. */
  string(): string {
    const huffman = ((this.bytes[this.at] ?? 0) & 0x80) !== 0
    const length = this.integer(7)
    if (length > this.bytes.length - this.at) throw malformed('a header string ends early')
    const raw = this.bytes.subarray(this.at, this.at + length)
    this.at += length
    return (huffman ? huffmanDecode(raw) : Buffer.from(raw)).toString('latin1')
  }
}

export class HpackDecoder {
  #table: Header[] = []
  #size = 0
  /** What this side's SETTINGS_HEADER_TABLE_SIZE allows; the peer may use less. */
  readonly #allowed: number
  #limit: number

  constructor(allowed = 4096) {
    this.#allowed = allowed
    this.#limit = allowed
  }

  /** Decodes one whole block. Throws KeepError `h2.malformed`; the state is then lost for good. */
  decode(block: Uint8Array): readonly Header[] {
    const cursor = new Cursor(block)
    const headers: Header[] = []
    let size = 0
    while (!cursor.done) {
      const header = this.#field(cursor, headers.length === 0)
      if (!header) continue
      size += header[0].length + header[1].length + OVERHEAD
      if (size > LIST_LIMIT) throw malformed('a header list is too large')
      headers.push(header)
    }
    return headers
  }

  #field(cursor: Cursor, first: boolean): Header | undefined {
    const kind = cursor.bytes[cursor.at] ?? 0
    if (kind >= 0x80) return this.#entry(cursor.integer(7))
    if (kind >= 0x40) return this.#add(this.#literal(cursor, 6))
    if (kind < 0x20) return this.#literal(cursor, 4)
    if (!first) throw malformed('a table size update after a header')
    const limit = cursor.integer(5)
    if (limit > this.#allowed) throw malformed('a table size above the limit')
    this.#limit = limit
    this.#evict()
    return undefined
  }

  #literal(cursor: Cursor, prefixBits: number): Header {
    const index = cursor.integer(prefixBits)
    const name = index === 0 ? cursor.string() : this.#entry(index)[0]
    return [name, cursor.string()]
  }

  #entry(index: number): Header {
    const entry =
      index <= STATIC_TABLE.length
        ? STATIC_TABLE[index - 1]
        : this.#table[index - STATIC_TABLE.length - 1]
    if (!entry) throw malformed(`header index ${index} does not exist`)
    return entry
  }

  #add(header: Header): Header {
    this.#table.unshift(header)
    this.#size += header[0].length + header[1].length + OVERHEAD
    this.#evict()
    return header
  }

  #evict(): void {
    while (this.#size > this.#limit) {
      const [name, value] = this.#table.pop() ?? ['', '']
      this.#size -= name.length + value.length + OVERHEAD
    }
  }
}

function encodedString(text: string): Buffer {
  const bytes = Buffer.from(text, 'latin1')
  return Buffer.concat([encodedInteger(bytes.length), bytes])
}

function encodedInteger(value: number): Buffer {
  if (value < 127) return Buffer.of(value)
  const out = [127]
  let rest = value - 127
  for (; rest >= 128; rest = Math.floor(rest / 128)) out.push((rest % 128) + 128)
  out.push(rest)
  return Buffer.from(out)
}

/** Literals that are never indexed (RFC 7541 6.2.3): a token stays out of every table. */
export const encodeHeaders = (headers: readonly Header[]): Buffer =>
  Buffer.concat(
    headers.flatMap(([name, value]) => [
      Buffer.of(0x10),
      encodedString(name),
      encodedString(value),
    ]),
  )
