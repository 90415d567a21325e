import assert from 'node:assert/strict'
import { test } from 'node:test'
import { KeepError } from '../../core/error.ts'
import { Secret } from '../../core/secret.ts'
import type { Host } from '../../ports/host.ts'
import { launch } from '../example.ts'
import { hostCredentials, inTurn } from './credentials.ts'

const CERTIFICATE = '-----BEGIN CERTIFICATE-----'
const KEY = '-----BEGIN EC PRIVATE KEY-----'

const hostWith = (files: Readonly<Record<string, string>>) =>
  ({
    async read(path: string) {
      const content = files[path]
      if (content === undefined) throw new KeepError('not-found', 'host.not-found', path)
      return Buffer.from(content)
    },
    async list(path: string) {
      const inside = Object.keys(files).filter((one) => one.startsWith(`${path}/`))
      return inside.map((one) => one.slice(path.length + 1))
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

const probe = { '/pki/healthcheck-client.crt': CERTIFICATE, '/pki/healthcheck-client.key': KEY }

test("the API server's own client comes first, then the probe's, then etcd's own", async () => {
  const host = hostWith({ ...server, ...client, ...probe })
  const found = await hostCredentials(host, [etcd, etcd], [apiserver])
  assert.deepEqual(
    found.map(({ source, ca }) => [source, ca]),
    [
      ['/a/c.crt', undefined],
      ['/pki/healthcheck-client.crt', 'CA'],
      ['/pki/server.crt', 'CA'],
    ],
  )
})

test('a pair that cannot be read whole is passed over', async () => {
  const host = hostWith({ ...server, '/a/c.crt': CERTIFICATE, '/a/c.key': 'garbage' })
  const found = await hostCredentials(host, [etcd], [apiserver])
  assert.deepEqual(
    found.map(({ source }) => source),
    ['/pki/server.crt'],
  )
  assert.equal(JSON.stringify(found).includes(KEY), false)
})

test('nothing readable is no error', async () => {
  assert.deepEqual(await hostCredentials(hostWith({}), [etcd], [apiserver]), [])
})

test("the user's credential comes first; a password stays with the user's CA", () => {
  const found = [{ certificate: 'C', key: new Secret('K'), source: 'host', ca: 'HOST' }]
  const user = { name: 'root', password: new Secret('corpus') }
  assert.deepEqual(inTurn(undefined, found), found)
  const [first, second] = inTurn({ source: '--user', ca: 'GIVEN', user }, found)
  assert.equal(first?.source, '--user')
  assert.deepEqual([second?.source, second?.ca, second?.user], ['host', 'GIVEN', user])
  const [, plain] = inTurn({ source: '--cert', ca: 'GIVEN' }, found)
  assert.deepEqual([plain?.ca, plain?.user], ['HOST', undefined])
})
