// gRPC over HTTP/2: length-prefixed messages in DATA, the status in the trailers.
import { KeepError } from '../../core/error.ts'
import type { H2Connection } from './connection.ts'
import type { Header } from './hpack.ts'
import { malformed } from './malformed.ts'

const PREFIX = 5

export interface GrpcRequest {
  readonly authority: string
  readonly scheme: 'http' | 'https'
  /** `/etcdserverpb.KV/Range` */
  readonly path: string
  readonly message: Uint8Array
  readonly metadata?: readonly Header[]
}

/** Takes messages as they come, in pieces of any size. */
export interface MessageHandler {
  start(length: number): void
  piece(bytes: Buffer, start: number, end: number): void
  finish(): void
}

function framed(message: Uint8Array): Buffer {
  const body = Buffer.allocUnsafe(PREFIX + message.length)
  body[0] = 0
  body.writeUInt32BE(message.length, 1)
  body.set(message, PREFIX)
  return body
}

/** Cuts DATA into messages. */
export class MessageReader {
  readonly #handler: MessageHandler
  readonly #prefix = Buffer.alloc(PREFIX)
  #have = 0
  #left = 0

  constructor(handler: MessageHandler) {
    this.#handler = handler
  }

  push(bytes: Buffer, start: number, end: number): void {
    let at = start
    while (at < end) {
      if (this.#left === 0) {
        const taken = bytes.copy(
          this.#prefix,
          this.#have,
          at,
          Math.min(end, at + PREFIX - this.#have),
        )
        this.#have += taken
        at += taken
        if (this.#have < PREFIX) return
        this.#begin()
        continue
      }
      const to = Math.min(end, at + this.#left)
      this.#handler.piece(bytes, at, to)
      this.#left -= to - at
      at = to
      if (this.#left === 0) this.#handler.finish()
    }
  }

  /** Whether the bytes so far end between two messages. */
  get complete(): boolean {
    return this.#left === 0 && this.#have === 0
  }

  #begin(): void {
    this.#have = 0
    if (this.#prefix[0] !== 0) throw malformed('a compressed gRPC message that was not asked for')
    this.#left = this.#prefix.readUInt32BE(1)
    this.#handler.start(this.#left)
    if (this.#left === 0) this.#handler.finish()
  }
}

/** `grpc-message` is percent-encoded; a broken encoding is shown as it is. */
function statusText(raw: string): string {
  try {
    return decodeURIComponent(raw)
  } catch {
    return raw
  }
}

/** A call that the server ended with another status than OK. */
export class GrpcStatus extends Error {
  readonly code: number
  constructor(code: number, text: string) {
    super(text)
    this.code = code
  }
}

const UNKNOWN = 2
const UNAVAILABLE = 14

function statusError(headers: ReadonlyMap<string, string>): GrpcStatus | undefined {
  const status = headers.get('grpc-status')
  if (status === '0') return undefined
  if (status !== undefined)
    return new GrpcStatus(Number(status) || UNKNOWN, statusText(headers.get('grpc-message') ?? ''))
  const http = headers.get(':status')
  const why =
    http === undefined || http === '200'
      ? 'the answer ended without a status'
      : `HTTP status ${http}`
  return new GrpcStatus(UNAVAILABLE, why)
}

/** Resolves when the status says OK; rejects with GrpcStatus, or a KeepError for the connection. */
export function grpcCall(
  connection: H2Connection,
  request: GrpcRequest,
  handler: MessageHandler,
): Promise<void> {
  const messages = new MessageReader(handler)
  const seen = new Map<string, string>()
  return new Promise((resolve, reject) => {
    connection.request(
      [
        [':method', 'POST'],
        [':scheme', request.scheme],
        [':path', request.path],
        [':authority', request.authority],
        ['content-type', 'application/grpc'],
        ['te', 'trailers'],
        ...(request.metadata ?? []),
      ],
      framed(request.message),
      {
        headers(headers) {
          for (const [name, value] of headers) seen.set(name, value)
        },
        data: (bytes, start, end) => messages.push(bytes, start, end),
        end() {
          const error = statusError(seen)
          if (error) reject(error)
          else if (messages.complete) resolve()
          else reject(malformed('an answer that ends inside a message'))
        },
        failed: (error: KeepError) => reject(error),
      },
    )
  })
}
