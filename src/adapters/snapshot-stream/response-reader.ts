// etcdserverpb.SnapshotResponse, read while it arrives: remaining_bytes = 2, blob = 3; anything else is skipped.
import type { MessageHandler } from '../h2/grpc-call.ts'
import { malformed } from '../h2/malformed.ts'

const REMAINING = 0x10
const BLOB = 0x1a
const VARINT = 0
const FIXED64 = 1
const BYTES = 2
const FIXED32 = 5

export interface ResponseHandler {
  /** A blob of `length` bytes begins; `remaining` is what the message said before it, 0 where nothing. */
  blob(length: number, remaining: number): void
  piece(bytes: Buffer, start: number, end: number): void
  /** The message is over. */
  end(remaining: number): void
}

export class ResponseReader implements MessageHandler {
  readonly #handler: ResponseHandler
  #state: 'tag' | 'number' | 'length' | 'body' = 'tag'
  #tag = 0
  #value = 0
  #scale = 1
  /** Bytes of the field's body that are still to come. */
  #left = 0
  #remaining = 0

  constructor(handler: ResponseHandler) {
    this.#handler = handler
  }

  start(): void {
    this.#remaining = 0
    this.#next('tag')
  }

  piece(bytes: Buffer, start: number, end: number): void {
    for (let at = start; at < end;) {
      if (this.#state === 'body') {
        const to = Math.min(end, at + this.#left)
        if (this.#tag === BLOB) this.#handler.piece(bytes, at, to)
        this.#left -= to - at
        at = to
        if (this.#left === 0) this.#next('tag')
        continue
      }
      const byte = bytes[at] ?? 0
      at += 1
      this.#value += (byte & 0x7f) * this.#scale
      this.#scale *= 128
      if (byte < 0x80) this.#number()
      else if (this.#scale > 2 ** 63) throw malformed('a protobuf varint without end')
    }
  }

  finish(): void {
    if (this.#state !== 'tag' || this.#scale !== 1)
      throw malformed('a snapshot message that ends inside a field')
    this.#handler.end(this.#remaining)
  }

  #next(state: 'tag' | 'number' | 'length' | 'body'): void {
    this.#state = state
    this.#value = 0
    this.#scale = 1
  }

  #number(): void {
    const value = this.#value
    if (this.#state === 'tag') this.#field(value)
    else if (this.#state === 'number') {
      if (this.#tag === REMAINING) this.#remaining = value
      this.#next('tag')
    } else this.#body(value)
  }

  #field(tag: number): void {
    this.#tag = tag
    const wire = tag & 7
    if (wire === VARINT) this.#next('number')
    else if (wire === BYTES) this.#next('length')
    else if (wire === FIXED64) this.#body(8)
    else if (wire === FIXED32) this.#body(4)
    else throw malformed(`protobuf wire type ${wire}`)
  }

  #body(length: number): void {
    if (this.#tag === BLOB) this.#handler.blob(length, this.#remaining)
    this.#left = length
    this.#next(length === 0 ? 'tag' : 'body')
  }
}
