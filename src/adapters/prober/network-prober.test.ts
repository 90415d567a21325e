import assert from 'node:assert/strict'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { test, type TestContext } from 'node:test'
import { KeepError } from '../../core/error.ts'
import { Secret } from '../../core/secret.ts'
import type { Answer, Door, Prober } from '../../ports/prober.ts'
import { networkProber } from './network-prober.ts'

const SUITES = [0xc02b, 0xc02f]
const prober = networkProber({ timeoutMs: 300 })

async function door(t: TestContext, talk: (socket: Socket) => void): Promise<Door> {
  const open = new Set<Socket>()
  const server: Server = createServer((socket) => {
    open.add(socket)
    socket.on('error', () => {})
    talk(socket)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    for (const socket of open) socket.destroy()
    server.close()
  })
  return { host: '127.0.0.1', port: (server.address() as AddressInfo).port }
}

const everyQuestion = (ask: Prober, at: Door, signal?: AbortSignal): Promise<Answer[]> =>
  Promise.all([
    ask.range(at, { tls: false }, signal),
    ask.range(at, { tls: true }, signal),
    ask.http(at, { tls: false }, { method: 'GET', path: '/version' }, signal),
    ask.http(at, { tls: true }, { method: 'GET', path: '/version' }, signal),
    ask.greet(at, 'TLS1.0', SUITES, signal).then((greeting) => greeting.answer),
    ask.greet(at, 'TLS1.2', SUITES, signal).then((greeting) => greeting.answer),
    ask.greetModern(at, signal).then((greeting) => greeting.answer),
  ])

const outcomes = async (answers: Promise<Answer[]>) =>
  new Set((await answers).map((answer) => answer.outcome))

test('a server that hangs is unclear', async (t) => {
  const at = await door(t, () => {})
  assert.deepEqual(await outcomes(everyQuestion(prober, at)), new Set(['unclear']))
})

test('a server that closes at once refuses', async (t) => {
  const at = await door(t, (socket) => socket.destroy())
  assert.deepEqual(await outcomes(everyQuestion(prober, at)), new Set(['refused']))
})

for (const [name, garbage] of [
  ['text', 'SSH-2.0-OpenSSH_9.2\r\n'],
  ['zeros', '\0'.repeat(4096)],
  ['a TLS header with nothing behind', '\x16\x03\x03\xff\xff'],
  ['an endless HTTP header', `HTTP/1.1 200 OK\r\nA: ${'a'.repeat(100_000)}`],
  ['an HTTP/2 GOAWAY', '\0\0\x08\x07\0\0\0\0\0\0\0\0\0\0\0\0\x01'],
]) {
  test(`a server that sends ${name} is never an open door`, async (t) => {
    const at = await door(t, (socket) => socket.write(Buffer.from(garbage ?? '', 'latin1')))
    const found = await outcomes(everyQuestion(prober, at))
    assert.equal(found.has('answered') || found.has('denied'), false, [...found].join())
  })
}

test('nobody listens', async (t) => {
  const at = await door(t, () => {})
  const closed = createServer()
  await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve))
  const { port } = closed.address() as AddressInfo
  await new Promise((resolve) => closed.close(resolve))
  const found = await outcomes(everyQuestion(prober, { ...at, port }))
  assert.deepEqual(found, new Set(['unreachable']))
  assert.equal((await prober.reach({ ...at, port })).outcome, 'unreachable')
  assert.equal((await prober.reach(at)).outcome, 'answered')
})

test('an aborted probe is cancelled, also while it waits', async (t) => {
  const at = await door(t, () => {})
  const controller = new AbortController()
  const asking = everyQuestion(networkProber({ timeoutMs: 60_000 }), at, controller.signal)
  controller.abort()
  await assert.rejects(asking, (error) => error instanceof KeepError && error.kind === 'cancelled')
})

test('an HTTP answer is told from a refusal', async (t) => {
  const said = async (text: string) => {
    const at = await door(t, (socket) => socket.end(text))
    const answer = await prober.http(at, { tls: false }, { method: 'GET', path: '/' })
    return `${answer.outcome}, ${answer.detail}`
  }
  assert.equal(await said('HTTP/1.1 200 OK\r\n\r\n'), 'answered, HTTP 200')
  assert.equal(await said('HTTP/1.1 503 Service Unavailable\r\n\r\n'), 'answered, HTTP 503')
  assert.equal(await said('HTTP/1.1 404 Not Found\r\n\r\n'), 'refused, HTTP 404')
  assert.equal(await said('HTTP/1.1 401 Unauthorized\r\n\r\n'), 'denied, HTTP 401')
  assert.equal(await said('HTTP/1.1 400 Bad Request\r\n\r\nno user'), 'denied, HTTP 400')
  const wrong = 'Client sent an HTTP request to an HTTPS server.'
  assert.equal(await said(`HTTP/1.0 400 Bad Request\r\n\r\n${wrong}`), 'refused, HTTP 400')
})

test('a credential that is no certificate proves nothing', async (t) => {
  const at = await door(t, () => {})
  const credential = { certificate: 'no certificate', key: new Secret('no key') }
  const answer = await prober.range(at, { tls: true, credential })
  assert.equal(answer.outcome, 'unclear')
})
