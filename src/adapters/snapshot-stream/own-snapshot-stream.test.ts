import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import type { Socket } from 'node:net'
import { test, type TestContext } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import * as fc from 'fast-check'
import {
  dataFrames,
  OK,
  responseHead,
  snapshotMessage,
  snapshotMessages,
  startSnapshotServer,
  trailers,
} from '../../../test/support/snapshot-server.ts'
import { KeepError } from '../../core/error.ts'
import type { SnapshotSink } from '../../ports/snapshot-stream.ts'
import { encodeFrame, FRAME } from '../h2/frames.ts'
import { ownSnapshotStream } from './own-snapshot-stream.ts'

const DATABASE = randomBytes(200_000)
const MESSAGES = snapshotMessages(DATABASE)
const WHOLE = Buffer.concat(MESSAGES)

const ignore: SnapshotSink = { piece: () => undefined }

async function read(
  t: TestContext,
  answer: (socket: Socket) => void,
  sink: SnapshotSink = ignore,
  { signal, stallMs = 10_000 }: { signal?: AbortSignal; stallMs?: number } = {},
) {
  const endpoint = await startSnapshotServer(t, answer)
  const request = { target: { endpoints: [endpoint] }, endpoint, stallMs }
  return ownSnapshotStream().read(request, sink, signal)
}
const sending =
  (...frames: readonly Buffer[]) =>
  (socket: Socket) =>
    socket.write(Buffer.concat(frames))

async function refused(
  t: TestContext,
  answer: (socket: Socket) => void,
  stallMs?: number,
): Promise<string> {
  try {
    await read(t, answer, ignore, { ...(stallMs && { stallMs }) })
  } catch (thrown) {
    assert.ok(thrown instanceof KeepError, String(thrown))
    assert.ok(thrown.hint)
    return thrown.code
  }
  return assert.fail('it was taken')
}
const answerOf = (...messages: readonly Buffer[]) =>
  sending(responseHead, dataFrames(Buffer.concat(messages)), OK)

test('a whole snapshot arrives, without the trailer, and its hash is told', async (t) => {
  const parts: Buffer[] = []
  const result = await read(t, sending(responseHead, dataFrames(WHOLE), OK), {
    piece(bytes, total) {
      assert.equal(total, DATABASE.length)
      parts.push(Buffer.from(bytes))
    },
  })
  assert.deepEqual(Buffer.concat(parts), DATABASE)
  assert.equal(result.length, DATABASE.length)
  assert.deepEqual(result.sha256, createHash('sha256').update(DATABASE).digest())
})

test('a slow sink gets the same bytes in order, and is no stall', async (t) => {
  const parts: Buffer[] = []
  await read(
    t,
    sending(responseHead, dataFrames(WHOLE), OK),
    {
      piece(bytes) {
        parts.push(Buffer.from(bytes))
        return parts.length % 7 === 0 ? pause(parts.length === 7 ? 500 : 1) : undefined
      },
    },
    { stallMs: 200 },
  )
  assert.deepEqual(Buffer.concat(parts), DATABASE)
})

test('what the sink throws is what is thrown', async (t) => {
  const full = new KeepError('unavailable', 'test.full', 'full')
  for (const piece of [() => Promise.reject(full), () => assert.fail(full)])
    await assert.rejects(
      read(t, sending(responseHead, dataFrames(WHOLE), OK), { piece }),
      ({ code }: KeepError) => code === 'test.full',
    )
})

test('any cut of the bytes on the wire gives the same snapshot', async (t) => {
  const small = randomBytes(300)
  const bytes = Buffer.concat(snapshotMessages(small, 64))
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 70 }), async (size) => {
      const parts: Buffer[] = []
      await read(t, sending(responseHead, dataFrames(bytes, size), OK), {
        piece: (part) => void parts.push(Buffer.from(part)),
      })
      assert.deepEqual(Buffer.concat(parts), small)
    }),
    { numRuns: 20 },
  )
})

test('a database that fits in one message is taken', async (t) => {
  const result = await read(t, answerOf(...snapshotMessages(DATABASE.subarray(0, 20_480))))
  assert.equal(result.length, 20_480)
})

const lastOf = (bytes: Buffer) => snapshotMessage(bytes, 0)
const BAD: Readonly<Record<string, readonly [string, (socket: Socket) => void]>> = {
  'ends without the hash': ['snapshot.no-hash', answerOf(...MESSAGES.slice(0, -1))],
  'ends in the hash': [
    'snapshot.no-hash',
    answerOf(...MESSAGES.slice(0, -1), lastOf(randomBytes(31))),
  ],
  'sends another hash': [
    'snapshot.wrong-hash',
    answerOf(...MESSAGES.slice(0, -1), lastOf(randomBytes(32))),
  ],
  'sends more than a hash': [
    'snapshot.long',
    answerOf(...MESSAGES.slice(0, -1), lastOf(randomBytes(33))),
  ],
  'sends more behind the hash': ['snapshot.long', answerOf(...MESSAGES, lastOf(Buffer.alloc(1)))],
  'ends early, and cleanly': ['snapshot.short', answerOf(...MESSAGES.slice(0, 2))],
  'sends nothing': ['snapshot.short', answerOf()],
  'leaves a message out': ['snapshot.inconsistent', answerOf(...MESSAGES.toSpliced(1, 1))],
  'repeats a message': [
    'snapshot.inconsistent',
    answerOf(...MESSAGES.toSpliced(1, 0, MESSAGES[1] ?? Buffer.alloc(0))),
  ],
  'announces less': [
    'snapshot.long',
    answerOf(snapshotMessage(Buffer.alloc(512), 10), lastOf(Buffer.alloc(500))),
  ],
  'announces more': [
    'snapshot.inconsistent',
    answerOf(snapshotMessage(Buffer.alloc(512), 900_000), lastOf(Buffer.alloc(32))),
  ],
  'announces the impossible': [
    'snapshot.inconsistent',
    answerOf(snapshotMessage(Buffer.alloc(512), 2 ** 60)),
  ],
  'sends 4096 times A and 32 times B': [
    'snapshot.wrong-hash',
    answerOf(snapshotMessage(Buffer.alloc(4096, 'A'), 0), lastOf(Buffer.alloc(32, 'B'))),
  ],
  'sends empty pieces for ever': [
    'snapshot.short',
    (socket) => {
      socket.write(Buffer.concat([responseHead, dataFrames(MESSAGES[0] ?? Buffer.alloc(0))]))
      const empty = dataFrames(snapshotMessage(Buffer.alloc(0), DATABASE.length - 32_768))
      const timer = setInterval(() => socket.write(empty), 1)
      socket.on('close', () => clearInterval(timer))
    },
  ],
  'stands still after the first piece': [
    'snapshot.stalled',
    sending(responseHead, dataFrames(MESSAGES[0] ?? Buffer.alloc(0))),
  ],
  'stands still and pings': [
    'snapshot.stalled',
    (socket) => {
      socket.write(responseHead)
      const timer = setInterval(
        () => socket.write(encodeFrame(FRAME.ping, 0, 0, Buffer.alloc(8))),
        20,
      )
      socket.on('close', () => clearInterval(timer))
    },
  ],
  'stands still at the end': ['snapshot.stalled', sending(responseHead, dataFrames(WHOLE))],
  'ends with an error': [
    'etcd.failed',
    sending(
      responseHead,
      dataFrames(WHOLE),
      trailers(['grpc-status', '2'], ['grpc-message', 'disk on fire']),
    ),
  ],
  'ends without a status': [
    'snapshot.broken-off',
    sending(responseHead, dataFrames(WHOLE), trailers()),
  ],
  'hangs up behind everything but the status': [
    'snapshot.broken-off',
    (socket) => socket.end(Buffer.concat([responseHead, dataFrames(WHOLE)])),
  ],
  'resets the stream': [
    'snapshot.broken-off',
    sending(
      responseHead,
      dataFrames(MESSAGES[0] ?? Buffer.alloc(0)),
      encodeFrame(FRAME.rstStream, 0, 1, Buffer.alloc(4)),
    ),
  ],
  refuses: [
    'etcd.permission-denied',
    sending(
      trailers(
        [':status', '200'],
        ['grpc-status', '2'],
        ['grpc-message', 'etcdserver: permission denied'],
      ),
    ),
  ],
  'talks garbage': [
    'h2.malformed',
    sending(Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\nand more of it')),
  ],
  'sends a message of junk': [
    'h2.malformed',
    sending(
      responseHead,
      dataFrames(Buffer.concat([Buffer.from([0, 0, 0, 1, 0]), Buffer.alloc(256, 0xff)])),
      OK,
    ),
  ],
  'ends inside a field': ['h2.malformed', answerOf(Buffer.from([0, 0, 0, 0, 4, 0x1a, 9, 1, 2]))],
}
for (const [what, [code, answer]] of Object.entries(BAD))
  test(`a member that ${what} is refused`, async (t) => {
    assert.equal(await refused(t, answer, code === 'snapshot.stalled' ? 200 : undefined), code)
  })

test('a connection that breaks at any place gives no snapshot', async (t) => {
  const all = Buffer.concat([responseHead, dataFrames(WHOLE)])
  const places = Array.from({ length: 60 }, (_, index) => Math.floor((index * all.length) / 60))
  for (const at of [1, 5, 9, ...places, all.length - 1])
    assert.match(
      await refused(t, (socket) => {
        socket.write(all.subarray(0, at), () => (at % 2 ? socket.resetAndDestroy() : socket.end()))
      }),
      /^snapshot\.broken-off|^etcd\.unreachable/,
    )
})

test('bytes of junk never pass', async (t) => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), async (junk) => {
      await refused(t, sending(responseHead, dataFrames(Buffer.from(junk)), OK))
    }),
    { numRuns: 100 },
  )
})

test('a read that is given up is cancelled', async (t) => {
  const stop = new AbortController()
  const reading = read(
    t,
    sending(responseHead, dataFrames(MESSAGES[0] ?? Buffer.alloc(0))),
    {
      piece: () => stop.abort(),
    },
    { signal: stop.signal },
  )
  await assert.rejects(reading, ({ kind }: KeepError) => kind === 'cancelled')
})
