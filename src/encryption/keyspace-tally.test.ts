import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { KeyspaceTally } from './keyspace-tally.ts'
import { rowKeyReader } from './rules/row-key.ts'
import { storedAs } from './rules/stored-row.ts'

const vectors = (name: string) => {
  const text = readFileSync(new URL(`../../test/vectors/${name}.json`, import.meta.url), 'utf8')
  return (JSON.parse(text) as { vectors: readonly Record<string, string>[] }).vectors
}
const bytes = (text: string) => Buffer.from(text)
const value = (vector: Record<string, string>) => Buffer.from(vector['value_b64'] ?? '', 'base64')

for (const file of ['local-providers', 'kms-v1', 'kms-v2'])
  test(`rows made by Kubernetes are told apart: ${file}`, () => {
    for (const vector of vectors(file).filter((one) => one['value_b64'])) {
      const config = vector['config'] ?? ''
      const kind = /^ +- (\w+):/m.exec(config)?.[1]
      const name = /name: ['"]?([^'"\n]*)/.exec(config)?.[1] ?? ''
      const provider = file === 'local-providers' ? kind : file
      const known = { provider: provider as 'aescbc', name }
      const stored = storedAs(value(vector), [known])
      if (kind === 'identity') assert.notEqual(stored.provider, 'aescbc')
      else assert.deepEqual(stored, { provider, key: name }, vector['name'])
    }
  })

test('a name as long as Kubernetes allows, colons and all, is read whole', () => {
  const long = `${'n'.repeat(300)}:tail`
  const row = bytes(`k8s:enc:aescbc:v1:${long}:${'x'.repeat(300)}`)
  assert.deepEqual(storedAs(row, [{ provider: 'aescbc', name: long }]), {
    provider: 'aescbc',
    key: long,
  })
  assert.equal(storedAs(row).key, 'n'.repeat(300))
  const short = bytes(`k8s:enc:aescbc:v1:a:b:c:d:e:${'x'.repeat(99)}`)
  assert.equal(storedAs(short, [{ provider: 'aescbc', name: 'a:b:c:d:e' }]).key, 'a:b:c:d:e')
})

test('plaintext objects are told by their magic', () => {
  const tally = new KeyspaceTally()
  for (const vector of vectors('storage-envelopes').filter((one) => one['value_b64']))
    tally.add(bytes(vector['etcdKey'] ?? ''), value(vector))
  const { resources, keys } = tally.result()
  assert.equal(keys, 4)
  const seen = resources.flatMap((one) =>
    one.stored.map((as) => [one.resource, as.provider, as.encoding, as.rows]),
  )
  assert.deepEqual(seen, [
    ['configmaps', 'plaintext', 'protobuf', 1],
    ['crontabs.stable.example.com', 'plaintext', 'json', 1],
    ['secrets', 'plaintext', 'json', 1],
    ['secrets', 'plaintext', 'protobuf', 1],
  ])
})

test('keys give the names that an EncryptionConfiguration uses', () => {
  const resource = (key: string, kubernetes = false, prefixes: string[] = []) =>
    rowKeyReader(prefixes)(key, kubernetes)?.resource
  const rowKey = rowKeyReader()
  assert.equal(resource('/registry/services/specs/default/kubernetes'), 'services')
  assert.equal(resource('/registry/services/endpoints/default/kubernetes'), 'endpoints')
  assert.equal(resource('/registry/minions/node1'), 'nodes')
  assert.equal(resource('/registry/deployments/default/web'), 'deployments.apps')
  assert.equal(resource('/registry/example.com/widgets/default/w'), 'widgets.example.com')
  assert.equal(rowKey('/registry/ranges/serviceips', false)?.byDesign, true)
  assert.equal(rowKey('/registry/masterleases/10.0.0.1', false)?.byDesign, true)
  assert.equal(resource('compact_rev_key'), undefined)
  assert.equal(resource('/app/secrets/ns/name'), undefined)
  assert.equal(resource('/app/secrets/ns/name', true), 'secrets')
  assert.equal(rowKey('/tenant/registry/secrets/ns/name', true)?.prefix, '/tenant/registry')
  assert.equal(rowKeyReader(['/a/b'])('/a/b/secrets/ns/n', false)?.prefix, '/a/b')
})

test('a Secret in the clear counts wherever it lies', () => {
  const tally = new KeyspaceTally()
  const [secret] = vectors('storage-envelopes')
  assert.ok(secret)
  tally.add(bytes('/elsewhere/a'), value(secret))
  tally.add(bytes('/other'), bytes('{"apiVersion":"v1","kind":"Secret","data":{}}'))
  tally.add(bytes('/other'), bytes('{"kind":"Thing"}'))
  const [only, ...rest] = tally.result().resources
  assert.deepEqual([only?.resource, only?.rows, rest.length], ['secrets', 2, 0])
})

test('no row makes the tally throw, and its result stays small', () => {
  const tally = new KeyspaceTally()
  const key = fc.oneof(
    fc.uint8Array(),
    fc.string().map((text) => bytes(`/registry/${text}/x`)),
  )
  const head = fc.oneof(
    fc.uint8Array(),
    fc.string().map((text) => bytes(`k8s:enc:aescbc:v1:${text}`)),
  )
  fc.assert(fc.property(key, head, (k, v) => tally.add(k, v)))
  for (let n = 0; n < 20_000; n += 1)
    tally.add(bytes(`/registry/r${n}/x`), bytes(`k8s:enc:aesgcm:v1:k${n}:`))
  const { resources } = tally.result()
  assert.ok(resources.length <= 5001)
  assert.ok(resources.every((one) => one.stored.length <= 110))
})
