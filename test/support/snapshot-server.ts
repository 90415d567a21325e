// A server that answers Maintenance.Snapshot with whatever bytes a test wants.
import { createHash } from 'node:crypto'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import type { TestContext } from 'node:test'
import { encodeFrame, FLAG, FRAME } from '../../src/adapters/h2/frames.ts'
import { encodeHeaders, type Header } from '../../src/adapters/h2/hpack.ts'

const varint = (value: number): Buffer => {
  const out: number[] = []
  let rest = BigInt(value)
  for (; rest >= 0x80n; rest >>= 7n) out.push(Number(rest & 0x7fn) | 0x80)
  return Buffer.from([...out, Number(rest)])
}

/** An etcdserverpb.SnapshotResponse with its gRPC prefix. */
export function snapshotMessage(blob: Buffer, remaining: number): Buffer {
  const body = Buffer.concat([
    ...(remaining === 0 ? [] : [Buffer.from([0x10]), varint(remaining)]),
    ...(blob.length === 0 ? [] : [Buffer.from([0x1a]), varint(blob.length), blob]),
  ])
  const prefix = Buffer.alloc(5)
  prefix.writeUInt32BE(body.length, 1)
  return Buffer.concat([prefix, body])
}

/** The messages of a whole snapshot as etcd sends them: pieces of the database, then its SHA-256. */
export function snapshotMessages(database: Buffer, pieceSize = 32_768): Buffer[] {
  const messages: Buffer[] = []
  for (let at = 0; at < database.length; at += pieceSize) {
    const blob = database.subarray(at, at + pieceSize)
    messages.push(snapshotMessage(blob, database.length - at - blob.length))
  }
  const digest = createHash('sha256').update(database).digest()
  return [...messages, snapshotMessage(digest, 0)]
}

/** As DATA frames of the client's first stream. */
export const dataFrames = (bytes: Buffer, size = 16_384): Buffer =>
  Buffer.concat(
    Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
      encodeFrame(FRAME.data, 0, 1, bytes.subarray(index * size, (index + 1) * size)),
    ),
  )
export const responseHead = encodeFrame(
  FRAME.headers,
  FLAG.endHeaders,
  1,
  encodeHeaders([
    [':status', '200'],
    ['content-type', 'application/grpc'],
  ]),
)
export const trailers = (...headers: readonly Header[]): Buffer =>
  encodeFrame(FRAME.headers, FLAG.endHeaders | FLAG.endStream, 1, encodeHeaders(headers))
export const OK = trailers(['grpc-status', '0'])

/** Calls `answer` when a client has asked; listens until the test ends. Gives the endpoint. */
export async function startSnapshotServer(
  t: TestContext,
  answer: (socket: Socket) => void,
): Promise<string> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.once('data', () => {
      socket.resume()
      socket.write(encodeFrame(FRAME.settings, 0, 0))
      answer(socket)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
