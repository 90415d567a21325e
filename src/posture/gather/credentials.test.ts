import assert from 'node:assert/strict'
import { test } from 'node:test'
import { KeepError } from '../../core/error.ts'
import type { Host } from '../../ports/host.ts'
import { launch } from '../example.ts'
import { findCredentials } from './credentials.ts'

const CERTIFICATE = '-----BEGIN CERTIFICATE-----'
const KEY = '-----BEGIN EC PRIVATE KEY-----'

const hostWith = (files: Readonly<Record<string, string>>) =>
  ({
    async read(path: string) {
      const content = files[path]
      if (content === undefined) throw new KeepError('not-found', 'host.not-found', path)
      return Buffer.from(content)
    },
  }) as Partial<Host> as Host

const etcd = launch(
  { 'cert-file': '/in/server.crt', 'key-file': '/in/server.key', 'trusted-ca-file': '/in/ca.crt' },
  { mounts: [{ inside: '/in', onHost: '/pki' }] },
)
const apiserver = launch(
  { 'etcd-certfile': '/a/c.crt', 'etcd-keyfile': '/a/c.key' },
  { program: 'kube-apiserver', name: 'kube-apiserver' },
)
const server = { '/pki/server.crt': CERTIFICATE, '/pki/server.key': KEY, '/pki/ca.crt': 'CA' }
const client = { '/a/c.crt': CERTIFICATE, '/a/c.key': KEY }

test("the API server's own client comes first", async () => {
  const found = await findCredentials(hostWith({ ...server, ...client }), [etcd], [apiserver])
  assert.equal(found?.source, 'the etcd client of kube-apiserver')
  assert.equal(found?.ca, undefined)
})

test('a pair that cannot be read whole is passed over', async () => {
  const host = hostWith({ ...server, '/a/c.crt': CERTIFICATE, '/a/c.key': 'garbage' })
  const found = await findCredentials(host, [etcd], [apiserver])
  assert.equal(found?.source, 'the server certificate of m1')
  assert.equal(found?.ca, 'CA')
  assert.equal(JSON.stringify(found).includes(KEY), false)
})

test('nothing readable is no error', async () => {
  assert.equal(await findCredentials(hostWith({}), [etcd], [apiserver]), undefined)
})
