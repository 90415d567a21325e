import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nodeTextServer } from './node-text-server.ts'

const page = async () => ({ type: 'text/plain', text: 'hello\n' })
const LOOPBACK = { host: '127.0.0.1', port: 0, path: '/metrics' }

test('one page at one path, to GET alone', async (t) => {
  const server = await nodeTextServer(LOOPBACK, page)
  t.after(() => server.close())
  const answer = await fetch(server.url)
  assert.deepEqual([answer.status, await answer.text()], [200, 'hello\n'])
  assert.equal((await fetch(new URL('/', server.url))).status, 404)
  assert.equal((await fetch(server.url, { method: 'POST', body: 'x' })).status, 404)
})

test('a page that fails says so, and nothing more', async (t) => {
  const server = await nodeTextServer(LOOPBACK, () => Promise.reject(new Error('MARKER')))
  t.after(() => server.close())
  const answer = await fetch(server.url)
  assert.equal(answer.status, 500)
  assert.doesNotMatch(await answer.text(), /MARKER/)
})

test('a taken port and an address that others reach are refused', async (t) => {
  const server = await nodeTextServer(LOOPBACK, page)
  t.after(() => server.close())
  const port = Number(new URL(server.url).port)
  await assert.rejects(nodeTextServer({ ...LOOPBACK, port }, page), { code: 'listen.taken' })
  await assert.rejects(nodeTextServer({ ...LOOPBACK, host: '0.0.0.0' }, page), {
    code: 'listen.not-loopback',
  })
})
