// HTTP/2 frames (RFC 9113 4.1 and 6).
import { malformed } from './malformed.ts'

export const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'latin1')

export const FRAME = {
  data: 0,
  headers: 1,
  priority: 2,
  rstStream: 3,
  settings: 4,
  pushPromise: 5,
  ping: 6,
  goaway: 7,
  windowUpdate: 8,
  continuation: 9,
} as const
export const FLAG = { endStream: 1, ack: 1, endHeaders: 4, padded: 8, priority: 32 } as const

const HEAD = 9
/** SETTINGS_MAX_FRAME_SIZE where nobody says otherwise. */
const LARGEST = 16_384

export interface FrameHead {
  readonly length: number
  readonly type: number
  readonly flags: number
  readonly stream: number
}

export function encodeFrame(
  type: number,
  flags: number,
  stream: number,
  payload: Uint8Array = Buffer.alloc(0),
): Buffer {
  const frame = Buffer.allocUnsafe(HEAD + payload.length)
  frame.writeUIntBE(payload.length, 0, 3)
  frame[3] = type
  frame[4] = flags
  frame.writeUInt32BE(stream, 5)
  frame.set(payload, HEAD)
  return frame
}

export interface FrameHandler {
  /** A piece of DATA as it passes, padding removed; `last` on the frame's last piece (maybe empty). */
  data(stream: number, bytes: Buffer, start: number, end: number): void
  /** The end of a DATA frame; `length` counts for flow control, padding included. */
  dataEnd(stream: number, length: number, endStream: boolean): void
  /** Any other frame, whole. The payload is valid only until this returns. */
  frame(head: FrameHead, payload: Buffer): void
}

/** Cuts a byte stream into frames; DATA is handed on without being gathered. */
export class FrameReader {
  readonly #handler: FrameHandler
  readonly #head = Buffer.alloc(HEAD)
  #headHave = 0
  #frame: FrameHead | undefined
  #payload = Buffer.alloc(0)
  #have = 0
  /** DATA: bytes of padding at the end; −1 until the length byte was read. */
  #padding = 0

  constructor(handler: FrameHandler) {
    this.#handler = handler
  }

  /** Throws KeepError `h2.malformed`, after which the reader is of no use. */
  push(bytes: Buffer, end = bytes.length): void {
    let at = 0
    while (at < end) {
      if (!this.#frame) at = this.#readHead(bytes, at, end)
      if (this.#frame)
        at =
          this.#frame.type === FRAME.data
            ? this.#readData(bytes, at, end, this.#frame)
            : this.#readWhole(bytes, at, end, this.#frame)
    }
  }

  #readHead(bytes: Buffer, from: number, end: number): number {
    const to = Math.min(end, from + HEAD - this.#headHave)
    const taken = bytes.copy(this.#head, this.#headHave, from, to)
    this.#headHave += taken
    if (this.#headHave < HEAD) return from + taken
    this.#headHave = 0
    const [, , , type = 0, flags = 0] = this.#head
    const length = this.#head.readUIntBE(0, 3)
    if (length > LARGEST) throw malformed(`a frame of ${length} bytes`)
    this.#frame = { length, type, flags, stream: this.#head.readUInt32BE(5) & 0x7fffffff }
    this.#have = 0
    this.#padding = type === FRAME.data && (flags & FLAG.padded) !== 0 ? -1 : 0
    if (type !== FRAME.data) this.#payload = Buffer.allocUnsafe(length)
    return from + taken
  }

  #readWhole(bytes: Buffer, from: number, end: number, head: FrameHead): number {
    const to = Math.min(end, from + head.length - this.#have)
    const taken = bytes.copy(this.#payload, this.#have, from, to)
    this.#have += taken
    if (this.#have < head.length) return from + taken
    this.#frame = undefined
    this.#handler.frame(head, this.#payload)
    return from + taken
  }

  #readData(bytes: Buffer, from: number, pushed: number, head: FrameHead): number {
    let at = from
    if (this.#padding < 0 && at < pushed) {
      this.#padding = bytes[at] ?? 0
      if (this.#padding >= head.length) throw malformed('more padding than frame')
      at += 1
      this.#have += 1
    }
    const end = Math.min(pushed, at + head.length - this.#have)
    const useful = Math.min(end, at + Math.max(0, head.length - this.#padding - this.#have))
    if (useful > at && this.#padding >= 0) this.#handler.data(head.stream, bytes, at, useful)
    this.#have += end - at
    if (this.#have >= head.length && this.#padding >= 0) {
      this.#frame = undefined
      this.#handler.dataEnd(head.stream, head.length, (head.flags & FLAG.endStream) !== 0)
    }
    return end
  }
}
