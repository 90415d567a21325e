import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Host } from '../../ports/host.ts'
import { neighbourPairs } from './neighbour-keys.ts'

const hostWith = (...names: readonly string[]): Host =>
  ({ list: () => Promise.resolve(names) }) as unknown as Host

test('pairs of clients are found, health checks first, and nothing else', async () => {
  const host = hostWith(
    'apiserver-etcd-client.crt',
    'apiserver-etcd-client.key',
    'client-key.pem',
    'client.pem',
    'healthcheck-client.crt',
    'healthcheck-client.key',
    'lonely-client.key',
    'server.crt',
    'server.key',
  )
  assert.deepEqual(await neighbourPairs(host, '/pki'), [
    ['/pki/healthcheck-client.crt', '/pki/healthcheck-client.key'],
    ['/pki/apiserver-etcd-client.crt', '/pki/apiserver-etcd-client.key'],
    ['/pki/client.pem', '/pki/client-key.pem'],
  ])
})

test('a directory that cannot be read has none', async () => {
  const host = { list: () => Promise.reject(new Error('no')) } as unknown as Host
  assert.deepEqual(await neighbourPairs(host, '/pki'), [])
})
