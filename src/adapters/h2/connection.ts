// The client's side of one HTTP/2 connection for bulk reads: large windows, nothing gathered that can pass through.
import type { Socket } from 'node:net'
import { KeepError, messageOf } from '../../core/error.ts'
import { encodeFrame, FLAG, FRAME, FrameReader, PREFACE, type FrameHead } from './frames.ts'
import { encodeHeaders, HpackDecoder, type Header } from './hpack.ts'
import { malformed } from './malformed.ts'

/** Bytes that the peer may send ahead; the default 64 KiB costs etcd 1.6 times the CPU. */
const WINDOW = 64 * 1024 * 1024
const DEFAULT_WINDOW = 65_535
const INITIAL_WINDOW_SIZE = 4
const ENABLE_PUSH = 2
/** A header block is gathered; an endless one (CONTINUATION flood) is not. */
const BLOCK_LIMIT = 64 * 1024
const DATA_LIMIT = 16_384

export interface StreamHandler {
  headers(headers: readonly Header[], endStream: boolean): void
  data(bytes: Buffer, start: number, end: number): void
  end(): void
  /** Once, and then nothing more. */
  failed(error: KeepError): void
}

const u32 = (value: number): Buffer => {
  const out = Buffer.alloc(4)
  out.writeUInt32BE(value)
  return out
}
function settingsPayload(settings: readonly (readonly [number, number])[]): Buffer {
  const out = Buffer.alloc(settings.length * 6)
  for (const [index, [id, value]] of settings.entries()) {
    out.writeUInt16BE(id, index * 6)
    out.writeUInt32BE(value, index * 6 + 2)
  }
  return out
}

export class H2Connection {
  readonly #socket: Socket
  readonly #decoder = new HpackDecoder()
  readonly #streams = new Map<number, { handler: StreamHandler; received: number }>()
  readonly #reader: FrameReader
  #next = 1
  #received = 0
  #block: { head: FrameHead; parts: Buffer[]; size: number } | undefined
  #failure: KeepError | undefined

  /** Takes over a connected socket, on which the caller feeds `push` and reports the end by `fail`. */
  constructor(socket: Socket) {
    this.#socket = socket
    this.#reader = new FrameReader({
      data: (stream, bytes, start, end) =>
        this.#streams.get(stream)?.handler.data(bytes, start, end),
      dataEnd: (stream, length, endStream) => this.#dataEnd(stream, length, endStream),
      frame: (head, payload) => this.#frame(head, payload),
    })
    const settings = settingsPayload([
      [ENABLE_PUSH, 0],
      [INITIAL_WINDOW_SIZE, WINDOW],
    ])
    socket.write(
      Buffer.concat([
        PREFACE,
        encodeFrame(FRAME.settings, 0, 0, settings),
        encodeFrame(FRAME.windowUpdate, 0, 0, u32(WINDOW - DEFAULT_WINDOW)),
      ]),
    )
  }

  /** Bytes from the peer, up to `end`; the buffer may be overwritten afterwards. */
  push(bytes: Buffer, end: number): void {
    if (this.#failure) return
    try {
      this.#reader.push(bytes, end)
    } catch (thrown) {
      this.fail(thrown instanceof KeepError ? thrown : brokenReader(thrown))
    }
  }

  /** Opens a stream with a short body; etcd's own windows allow 64 KiB. Returns what gives it up. */
  request(headers: readonly Header[], body: Buffer, handler: StreamHandler): () => void {
    if (this.#failure) {
      handler.failed(this.#failure)
      return () => {}
    }
    if (body.length > DATA_LIMIT)
      throw new KeepError('usage', 'h2.too-large', 'a request is too large', {
        hint: 'Use shorter keys.',
      })
    const id = this.#next
    this.#next += 2
    this.#streams.set(id, { handler, received: 0 })
    this.#socket.write(
      Buffer.concat([
        encodeFrame(FRAME.headers, FLAG.endHeaders, id, encodeHeaders(headers)),
        encodeFrame(FRAME.data, FLAG.endStream, id, body),
      ]),
    )
    return () => {
      if (this.#streams.delete(id)) this.#socket.write(encodeFrame(FRAME.rstStream, 0, id, u32(8)))
    }
  }

  /** Ends every stream with the error, once. */
  fail(error: KeepError): void {
    if (this.#failure) return
    this.#failure = error
    this.#socket.destroy()
    for (const { handler } of this.#streams.values()) handler.failed(error)
    this.#streams.clear()
  }

  /** Credits come back in large steps, so that they cost nothing. */
  #dataEnd(id: number, length: number, endStream: boolean): void {
    this.#received += length
    if (this.#received >= WINDOW / 4) {
      this.#socket.write(encodeFrame(FRAME.windowUpdate, 0, 0, u32(this.#received)))
      this.#received = 0
    }
    const stream = this.#streams.get(id)
    if (!stream) return
    stream.received += length
    if (stream.received >= WINDOW / 4 && !endStream) {
      this.#socket.write(encodeFrame(FRAME.windowUpdate, 0, id, u32(stream.received)))
      stream.received = 0
    }
    if (endStream) this.#ended(id, stream.handler)
  }

  #ended(id: number, handler: StreamHandler): void {
    this.#streams.delete(id)
    handler.end()
  }

  #frame(head: FrameHead, payload: Buffer): void {
    if (this.#block && head.type !== FRAME.continuation)
      throw malformed('a frame inside a header block')
    switch (head.type) {
      case FRAME.headers:
        this.#startBlock(head, payload)
        break
      case FRAME.continuation:
        this.#continueBlock(head, payload)
        break
      case FRAME.settings:
        if ((head.flags & FLAG.ack) === 0)
          this.#socket.write(encodeFrame(FRAME.settings, FLAG.ack, 0))
        break
      case FRAME.ping:
        if (head.length !== 8) throw malformed('a PING that is not 8 bytes')
        if ((head.flags & FLAG.ack) === 0)
          this.#socket.write(encodeFrame(FRAME.ping, FLAG.ack, 0, payload))
        break
      case FRAME.rstStream:
        this.#reset(head, payload)
        break
      case FRAME.goaway:
        this.#goaway(payload)
        break
      case FRAME.pushPromise:
        throw malformed('a push that was not allowed')
      default:
    }
  }

  #startBlock(head: FrameHead, payload: Buffer): void {
    let from = 0
    let to = payload.length
    if ((head.flags & FLAG.padded) !== 0) {
      to -= payload[0] ?? 0
      from += 1
    }
    if ((head.flags & FLAG.priority) !== 0) from += 5
    if (from > to) throw malformed('a HEADERS frame that is all padding')
    this.#block = { head, parts: [], size: 0 }
    this.#addToBlock(payload.subarray(from, to), (head.flags & FLAG.endHeaders) !== 0)
  }

  #continueBlock(head: FrameHead, payload: Buffer): void {
    if (this.#block?.head.stream !== head.stream) throw malformed('a CONTINUATION of nothing')
    this.#addToBlock(payload, (head.flags & FLAG.endHeaders) !== 0)
  }

  #addToBlock(part: Buffer, whole: boolean): void {
    const block = this.#block
    if (!block) return
    block.size += part.length
    block.parts.push(part)
    // Empty parts cost memory too.
    if (block.size > BLOCK_LIMIT || block.parts.length > 64)
      throw malformed('a header block without end')
    if (!whole) return
    this.#block = undefined
    // Also for streams that are gone: the decoder's table must stay in step.
    const headers = this.#decoder.decode(Buffer.concat(block.parts))
    const stream = this.#streams.get(block.head.stream)
    const endStream = (block.head.flags & FLAG.endStream) !== 0
    stream?.handler.headers(headers, endStream)
    if (stream && endStream) this.#ended(block.head.stream, stream.handler)
  }

  #reset(head: FrameHead, payload: Buffer): void {
    const stream = this.#streams.get(head.stream)
    this.#streams.delete(head.stream)
    const code = payload.length === 4 ? payload.readUInt32BE() : -1
    stream?.handler.failed(lost(`the stream was reset (code ${code})`))
  }

  #goaway(payload: Buffer): void {
    const lastStream = payload.length >= 8 ? payload.readUInt32BE() & 0x7fffffff : 0
    for (const [id, { handler }] of this.#streams) {
      if (id <= lastStream) continue
      this.#streams.delete(id)
      handler.failed(lost('the server is going away'))
    }
  }
}

const lost = (why: string): KeepError =>
  new KeepError('unavailable', 'h2.lost', why, {
    hint: 'Check that the server is healthy, then try again.',
  })

const brokenReader = (cause: unknown): KeepError =>
  new KeepError('bug', 'h2.reader-failed', `a reader of the answer failed: ${messageOf(cause)}`, {
    hint: 'Please report this with the command that was run.',
    cause,
  })
