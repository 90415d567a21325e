// What a store may do wrong, over real HTTP: scripted answers, no store.
import assert from 'node:assert/strict'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import type { ObjectStore } from '../../ports/object-store.ts'
import { parseS3Place } from './s3-place.ts'
import { s3Store } from './s3.ts'

type Answer = (request: IncomingMessage, response: ServerResponse, turn: number) => void

async function scripted(t: TestContext, answer: Answer): Promise<ObjectStore> {
  let turn = 0
  const server = createServer((request, response) => {
    request.resume()
    request.on('error', () => {})
    answer(request, response, (turn += 1))
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return s3Store({
    ...parseS3Place(`s3://b?endpoint=http://127.0.0.1:${port}`),
    credentials: { accessKeyId: 'AKIAMARKER', secretAccessKey: 'secret-marker' },
    tries: 2,
  })
}
const xml = (code: string) => `<?xml version="1.0"?><Error><Code>${code}</Code></Error>`
const says =
  (status: number, code: string): Answer =>
  (_, response) =>
    void response.writeHead(status, { 'content-type': 'application/xml' }).end(xml(code))

const CASES: readonly (readonly [string, Answer, string, string])[] = [
  ['500', says(500, 'InternalError'), 'unavailable', 'store.unreachable'],
  ['503', says(503, 'SlowDown'), 'unavailable', 'store.unreachable'],
  ['403', says(403, 'AccessDenied'), 'denied', 'store.denied'],
  ['a wrong clock', says(403, 'RequestTimeTooSkewed'), 'denied', 'store.clock'],
  ['no bucket', says(404, 'NoSuchBucket'), 'not-found', 'store.no-store'],
  ['412', says(412, 'PreconditionFailed'), 'conflict', 'store.exists'],
  ['another writer', says(409, 'ConditionalRequestConflict'), 'conflict', 'store.exists'],
  ['a wrong checksum', says(400, 'BadDigest'), 'corrupt', 'store.checksum'],
  ['a hang-up', (request) => request.socket.destroy(), 'unavailable', 'store.unreachable'],
]
for (const [what, answer, kind, code] of CASES)
  test(`${what} is told as ${code}, without a credential`, async (t) => {
    const store = await scripted(t, answer)
    await assert.rejects(store.put('a', Buffer.from('1')), (error: Error) => {
      assert.deepEqual([Reflect.get(error, 'kind'), Reflect.get(error, 'code')], [kind, code])
      assert.doesNotMatch(JSON.stringify(error) + error.message, /marker/i)
      return true
    })
  })

test('one 503 is tried again', async (t) => {
  const store = await scripted(t, (request, response, turn) =>
    turn === 1 ? says(503, 'SlowDown')(request, response, turn) : response.end(),
  )
  await store.put('a', Buffer.from('1'))
})

test('an object that ends early is no object', async (t) => {
  const store = await scripted(t, (request, response) => {
    response.writeHead(200, { 'content-length': '100' })
    response.write('half')
    setImmediate(() => request.socket.destroy())
  })
  await assert.rejects(Array.fromAsync(store.get('a')), { kind: 'unavailable' })
})
