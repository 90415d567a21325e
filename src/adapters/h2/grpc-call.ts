// gRPC over HTTP/2: length-prefixed messages in DATA, the status in the trailers.
import { Code, ConnectError } from '@connectrpc/connect'
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

/** gRPC's numbers are connect's: a lookup by number keeps the types honest. */
const CODES = new Map<number, Code>(
  Object.values(Code)
    .filter((code) => typeof code === 'number')
    .map((code) => [code, code]),
)
const codeOf = (status: string): Code => CODES.get(Number(status)) ?? Code.Unknown

function statusError(headers: ReadonlyMap<string, string>): Error | undefined {
  const status = headers.get('grpc-status')
  if (status === '0') return undefined
  if (status === undefined) {
    const http = headers.get(':status')
    return new ConnectError(
      http === undefined || http === '200'
        ? 'the answer ended without a status'
        : `HTTP status ${http}`,
      Code.Unavailable,
    )
  }
  return new ConnectError(statusText(headers.get('grpc-message') ?? ''), codeOf(status))
}

/** Resolves when the status says OK; rejects with a ConnectError by the status, or a KeepError for the connection. */
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
