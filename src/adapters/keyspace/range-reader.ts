// Reads a RangeResponse while it arrives: no object for a key, only rows that straddle two chunks are copied.
import type { Row } from '../../ports/keyspace-scanner.ts'
import type { MessageHandler } from '../h2/grpc-call.ts'
import { malformed } from '../h2/malformed.ts'

/** The largest row that is taken; etcd's own limit of a request is 1.5 MiB unless raised. */
const ITEM_LIMIT = 64 * 1024 * 1024
/** Tag and length of an item never take more. */
const LEAD = 20

interface MutableRow extends Row {
  bytes: Buffer
  keyStart: number
  keyEnd: number
  valueStart: number
  valueEnd: number
}

export class RangeReader implements MessageHandler {
  readonly #visit: (row: Row) => void
  readonly row: MutableRow = {
    bytes: Buffer.alloc(0),
    keyStart: 0,
    keyEnd: 0,
    valueStart: 0,
    valueEnd: 0,
  }
  /** Of the last message. */
  revision = 0n
  count = 0
  more = false
  rows = 0
  size = 0
  /** An item that began in an earlier piece. */
  #carry = Buffer.alloc(64 * 1024)
  #carried = 0
  #last = Buffer.alloc(1024)
  #lastLength = 0
  /** Whether `row` is newer than what is remembered of it. */
  #fresh = false
  /** Position behind the varint that was read last. */
  #at = 0

  constructor(visit: (row: Row) => void) {
    this.#visit = visit
  }

  start(): void {
    this.#carried = 0
    this.rows = 0
    this.count = 0
    this.more = false
  }

  piece(bytes: Buffer, start: number, end: number): void {
    let at = start
    while (at < end && this.#carried > 0) at = this.#resume(bytes, at, end)
    while (at < end) {
      const length = this.#itemLength(bytes, at, end)
      if (length < 0 || at + length > end) {
        this.#keep(bytes, at, end)
        break
      }
      this.#item(bytes, at, at + length)
      at += length
    }
    this.#rememberKey()
  }

  finish(): void {
    if (this.#carried > 0) throw malformed('a range answer that ends inside a row')
  }

  /** Completes the carried item as far as this piece reaches. */
  #resume(bytes: Buffer, start: number, end: number): number {
    let at = start
    let length = this.#itemLength(this.#carry, 0, this.#carried)
    while (length < 0 && at < end) {
      this.#keep(bytes, at, at + 1)
      at += 1
      length = this.#itemLength(this.#carry, 0, this.#carried)
    }
    if (length < 0) return at
    const to = Math.min(end, at + length - this.#carried)
    this.#keep(bytes, at, to)
    if (this.#carried < length) return to
    this.#carried = 0
    this.#item(this.#carry, 0, length)
    // The carry may be overwritten by what follows.
    this.#rememberKey()
    return to
  }

  #keep(bytes: Buffer, start: number, end: number): void {
    const need = this.#carried + end - start
    if (need > this.#carry.length) {
      const grown = Buffer.allocUnsafeSlow(Math.max(need, this.#carry.length * 2))
      this.#carry.copy(grown, 0, 0, this.#carried)
      this.#carry = grown
    }
    bytes.copy(this.#carry, this.#carried, start, end)
    this.#carried = need
  }

  /** Bytes of the item with its tag, or −1 where they cannot be told yet. */
  #itemLength(bytes: Buffer, start: number, end: number): number {
    const tag = this.#varint(bytes, start, end)
    if (tag < 0) return this.#shortOnly(start, end)
    const wire = tag & 7
    const body = this.#at
    const value = wire === 0 || wire === 2 ? this.#varint(bytes, body, end) : 0
    if (value < 0) return this.#shortOnly(start, end)
    if (value > ITEM_LIMIT && wire === 2) throw malformed('a row beyond any limit')
    if (wire === 0) return this.#at - start
    if (wire === 2) return this.#at - start + value
    if (wire === 1) return body - start + 8
    if (wire === 5) return body - start + 4
    throw malformed(`protobuf wire type ${wire}`)
  }

  #shortOnly(start: number, end: number): number {
    if (end - start >= LEAD) throw malformed('a protobuf varint without end')
    return -1
  }

  /** A varint up to 2^53, else an approximation that is only compared; −1 where it is not all there. */
  #varint(bytes: Buffer, start: number, end: number): number {
    let value = 0
    let scale = 1
    for (let at = start; at < end && at < start + 10; at += 1) {
      const byte = bytes[at] ?? 0
      value += (byte & 0x7f) * scale
      if (byte < 0x80) {
        this.#at = at + 1
        return value
      }
      scale *= 128
    }
    if (end - start >= 10) throw malformed('a protobuf varint without end')
    return -1
  }

  #item(bytes: Buffer, start: number, end: number): void {
    const tag = this.#varint(bytes, start, end)
    const value = this.#varint(bytes, this.#at, end)
    if (tag === 0x12) this.#keyValue(bytes, this.#at, end)
    else if (tag === 0x0a) this.revision = headerRevision(bytes.subarray(this.#at, end))
    else if (tag === 0x18) this.more = value !== 0
    else if (tag === 0x20) this.count = value
  }

  #keyValue(bytes: Buffer, start: number, end: number): void {
    const { row } = this
    row.bytes = bytes
    row.keyStart = row.keyEnd = row.valueStart = row.valueEnd = start
    for (let at = start; at < end;) {
      const length = this.#itemLength(bytes, at, end)
      if (length < 0 || at + length > end) throw malformed('a row whose parts do not fit')
      const tag = this.#varint(bytes, at, end)
      if (tag === 0x0a || tag === 0x2a) {
        this.#varint(bytes, this.#at, end)
        if (tag === 0x0a) {
          row.keyStart = this.#at
          row.keyEnd = at + length
        } else {
          row.valueStart = this.#at
          row.valueEnd = at + length
        }
      }
      at += length
    }
    this.rows += 1
    this.size += row.keyEnd - row.keyStart + row.valueEnd - row.valueStart
    this.#fresh = true
    this.#visit(row)
  }

  /** Copies the last row's key while its bytes are there: once a piece, not once a row. */
  #rememberKey(): void {
    if (!this.#fresh) return
    this.#fresh = false
    const { bytes, keyStart, keyEnd } = this.row
    if (keyEnd - keyStart > this.#last.length) this.#last = Buffer.alloc((keyEnd - keyStart) * 2)
    this.#lastLength = bytes.copy(this.#last, 0, keyStart, keyEnd)
  }

  /** The key of the last row, as a copy. */
  takeLastKey(): Buffer {
    return Buffer.from(this.#last.subarray(0, this.#lastLength))
  }
}

/** Field 3 of a ResponseHeader; 0 where it is not there. */
function headerRevision(header: Buffer): bigint {
  let at = 0
  const varint = () => {
    let value = 0n
    for (let shift = 0n; at < header.length && shift < 70n; shift += 7n) {
      const byte = header[at] ?? 0
      at += 1
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return value
    }
    throw malformed('a response header that ends early')
  }
  let revision = 0n
  while (at < header.length) {
    const tag = varint()
    if ((tag & 7n) !== 0n) throw malformed('a response header of another shape')
    const value = varint()
    if (tag === 0x18n) revision = BigInt.asIntN(64, value)
  }
  return revision
}
