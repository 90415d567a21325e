import assert from 'node:assert/strict'
import { createServer, type Socket } from 'node:net'
import { test } from 'node:test'
import { KeepError } from '../../core/error.ts'
import { encodeFrame, FLAG, FRAME } from '../h2/frames.ts'
import { encodeHeaders } from '../h2/hpack.ts'
import { ownKeyspaceScanner } from './scanner.ts'

/** Scans a server that behaves as told; gives what was thrown. */
async function scanOf(behave: (socket: Socket) => void, signal?: AbortSignal): Promise<KeepError> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    behave(socket)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  try {
    await ownKeyspaceScanner({ silenceMs: 200 }).scan(
      { target: { endpoints: [`http://127.0.0.1:${port}`] } },
      () => {},
      signal,
    )
  } catch (thrown) {
    assert.ok(thrown instanceof KeepError, String(thrown))
    return thrown
  } finally {
    for (const socket of sockets) socket.destroy()
    server.close()
  }
  return assert.fail('the scan ended well')
}
const trailers = (...headers: readonly (readonly [string, string])[]) =>
  encodeFrame(FRAME.headers, FLAG.endHeaders | FLAG.endStream, 1, encodeHeaders(headers))

test('a server that says nothing is unavailable', async () => {
  assert.equal((await scanOf((socket) => socket.resume())).kind, 'unavailable')
})

test('a server that hangs up is unavailable', async () => {
  assert.equal((await scanOf((socket) => socket.end())).kind, 'unavailable')
})

test('garbage is corrupt', async () => {
  const error = await scanOf((socket) =>
    socket.write('HTTP/1.1 400 Bad Request\r\n\r\nand more of it'),
  )
  assert.equal(error.kind, 'corrupt')
})

test('a refusal is told by its text', async () => {
  const error = await scanOf((socket) =>
    socket.write(
      trailers(
        [':status', '200'],
        ['grpc-status', '7'],
        ['grpc-message', 'etcdserver: permission%20denied'],
      ),
    ),
  )
  assert.deepEqual([error.kind, error.code], ['denied', 'etcd.permission-denied'])
})

test('an answer that ends in the middle of a message is corrupt, not complete', async () => {
  const error = await scanOf((socket) => {
    socket.write(
      encodeFrame(FRAME.headers, FLAG.endHeaders, 1, encodeHeaders([[':status', '200']])),
    )
    socket.write(encodeFrame(FRAME.data, 0, 1, Buffer.from([0, 0, 0, 0, 9, 0x12])))
    socket.write(trailers(['grpc-status', '0']))
  })
  assert.equal(error.kind, 'corrupt')
})

test('an answer without a status is no success', async () => {
  const error = await scanOf((socket) => socket.write(trailers([':status', '200'])))
  assert.equal(error.kind, 'unavailable')
})

test('a scan that is given up is cancelled', async () => {
  const error = await scanOf((socket) => socket.resume(), AbortSignal.abort())
  assert.equal(error.kind, 'cancelled')
})
