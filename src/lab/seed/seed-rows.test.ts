import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { Secret } from '../../core/secret.ts'
import { type Randomness, aescbcRow, aesgcmRow, kmsV2Row, secretboxRow } from './encrypt-row.ts'
import { STORAGES, makeRows } from './seed-rows.ts'
import { configMapProtobuf, secretProtobuf } from './stored-object.ts'

interface Vector {
  readonly name: string
  readonly etcdKey: string
  readonly value_b64: string
  readonly plaintext_b64: string
  readonly key_hex: string
  readonly config: string
}
const vectors = (file: string): readonly Vector[] => {
  const path = join(import.meta.dirname, '../../../test/vectors', file)
  return (JSON.parse(readFileSync(path, 'utf8')) as { vectors: Vector[] }).vectors
}
const vector = (file: string, name: string): Vector => {
  const found = vectors(file).find((one) => one.name === name)
  assert.ok(found, name)
  return found
}
const bytes = (base64: string) => Buffer.from(base64, 'base64')
/** 00 01 02 … as the vectors' nonces. */
const counting: Randomness = (length) => Uint8Array.from({ length }, (_, index) => index)

for (const size of [128, 192, 256])
  test(`AES-${size} rows are those of Kubernetes, byte by byte`, () => {
    for (const [provider, write] of [
      [
        'aescbc',
        (key: Parameters<typeof aescbcRow>[0], _: string, plain: Buffer) =>
          aescbcRow(key, plain, counting),
      ],
      [
        'aesgcm',
        (key: Parameters<typeof aescbcRow>[0], at: string, plain: Buffer) =>
          aesgcmRow(key, at, plain, counting),
      ],
    ] as const) {
      const found = vectors('local-providers.json').filter(
        (one) => one.name.startsWith(`${provider}-${size}/`) && one.name.endsWith('/seq-nonce'),
      )
      assert.ok(found.length > 0)
      for (const one of found) {
        const key = { name: 'key1', bytes: new Secret(Buffer.from(one.key_hex, 'hex')) }
        assert.deepEqual(
          write(key, one.etcdKey, bytes(one.plaintext_b64)),
          bytes(one.value_b64),
          one.name,
        )
      }
    }
  })

test('KMS v2 rows are those of Kubernetes', () => {
  const one = vector('kms-v2.json', 'vec-seed/seq/write0') as Vector & {
    readonly object: Readonly<Record<'keyID' | 'encryptedDEKSource_b64', string>>
    readonly dekSourcePlaintext_b64: string
  }
  const value = bytes(one.value_b64)
  const body = value.subarray(value.indexOf(':', 'k8s:enc:kms:v2:'.length) + 1)
  // Field 1 (two-byte length): 32 bytes of info, then a nonce of 12.
  const stored = [body.subarray(3, 35), body.subarray(35, 47)]
  const random: Randomness = () => stored.shift() ?? new Uint8Array()
  const row = kmsV2Row(
    {
      plugin: 'vec-seed',
      keyId: one.object.keyID,
      wrappedSeed: bytes(one.object.encryptedDEKSource_b64),
      seed: new Secret(bytes(one.dekSourcePlaintext_b64)),
    },
    one.etcdKey,
    bytes(one.plaintext_b64),
    random,
  )
  assert.deepEqual(Buffer.from(row), value)
})

test('protobuf objects are those of Kubernetes', () => {
  const created = new Date('2026-01-02T03:04:05Z')
  const uid = '6f1c5c2e-8f0b-4b0e-9a52-0d3b6f6e0a02'
  const place = { name: 'kube-root-ca.crt', namespace: 'default', uid, created }
  const data = { 'ca.crt': '-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----\n' }
  const expected = vector('storage-envelopes.json', 'configmap-protobuf')
  assert.deepEqual(Buffer.from(configMapProtobuf(place, data)), bytes(expected.value_b64))
  const secret = Buffer.from(secretProtobuf(place, { password: Buffer.from('hunter2') }))
  const golden = bytes(vector('storage-envelopes.json', 'secret-protobuf').value_b64)
  assert.deepEqual(secret.subarray(0, 18), golden.subarray(0, 18))
  assert.deepEqual(secret.subarray(-12), golden.subarray(-12))
})

test('the secretbox row is one of Kubernetes', () => {
  const golden = vector('local-providers.json', 'secretbox-256/len-1/seq-nonce')
  assert.deepEqual(Buffer.from(secretboxRow('key1')), bytes(golden.value_b64))
})

test('every storage can be seeded', () => {
  const secrets = Object.fromEntries(STORAGES.map((storage) => [storage, 2]))
  const rows = makeRows({ secrets, configMaps: 1, customResources: 1 }, new Date())
  assert.equal(new Set(rows.map(({ key }) => key)).size, 14)
  const starts = rows.map(({ value }) => Buffer.from(value).toString('latin1').slice(0, 20))
  for (const start of [
    'k8s\0',
    '{"kind":"Secret"',
    'k8s:enc:aescbc:v1:',
    'k8s:enc:aesgcm:v1:',
    'k8s:enc:secretbox:v1',
    'k8s:enc:kms:v2:lab',
    '{"apiVersion":"examp',
  ])
    assert.ok(
      starts.some((one) => one.startsWith(start)),
      start,
    )
})
