import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { KeepError } from '../../core/error.ts'
import { fetchWebhook } from './fetch-webhook.ts'

async function receiver(t: TestContext, status: number, location?: string) {
  const got: { body: string; signature: unknown }[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (part: Buffer) => (body += part.toString()))
    request.on('end', () => {
      got.push({ body, signature: request.headers['etcdkeep-signature'] })
      response.writeHead(status, location === undefined ? {} : { location }).end()
    })
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/MARKER`, got }
}
const message = { body: '{"a":1}', headers: { 'etcdkeep-signature': 't=1,v1=ab' } }

test('body and headers arrive as they are', async (t) => {
  const { url, got } = await receiver(t, 204)
  await fetchWebhook(url, message)
  assert.deepEqual(got, [{ body: '{"a":1}', signature: 't=1,v1=ab' }])
})

for (const [name, status, location] of [
  ['an error', 500, undefined],
  ['a redirect', 302, 'http://127.0.0.1:9/'],
] as const)
  test(`${name} is an error of ours, without the path of the address`, async (t) => {
    const { url } = await receiver(t, status, location)
    await assert.rejects(fetchWebhook(url, message), (thrown) => {
      assert.ok(thrown instanceof KeepError)
      assert.doesNotMatch(thrown.message, /MARKER/)
      return thrown.code === 'webhook.failed'
    })
  })
