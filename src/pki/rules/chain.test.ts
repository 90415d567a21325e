import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { issue, type Issued, type Request } from '../issue.ts'
import type { Certificate } from '../model.ts'
import { parseCertificates } from '../parse-certificate.ts'
import { authority, server, validFor } from '../profiles.ts'
import { chainOf } from './chain.ts'
import { flaws } from './leaf.ts'

const now = new Date('2026-11-21T10:00:00Z')
const year = { now, days: 365 }
const EXPIRED = { ...validFor({ now, days: -1 }), notBefore: new Date('2026-01-01T00:00:00Z') }
const M1 = server({ name: 'm1', places: ['https://10.0.0.1:2379'] }, year)

const read = (...issued: readonly Issued[]): readonly Certificate[] =>
  parseCertificates(Buffer.from(issued.map((one) => one.pem).join('')))
const make = (changes: Partial<Request>, issuer?: Issued) => issue({ ...M1, ...changes }, issuer)
const makeCa = (name: string, issuer?: Issued, changes: Partial<Request> = {}) =>
  issue({ ...authority(name, year), ...changes }, issuer)

const both = [
  { usage: 'serverAuth', because: 'as a server' },
  { usage: 'clientAuth', because: 'as a client' },
] as const

describe('a leaf of etcd', () => {
  let ca: Issued
  let leaf: Issued
  before(async () => {
    ca = await makeCa('etcd-ca')
    leaf = await make({}, ca)
  })

  const found = (file: readonly Issued[], ...roots: readonly Issued[]) =>
    flaws(read(...file), { hosts: ['10.0.0.1'], usages: both, authorities: read(...roots) }, now)

  test('of the trusted CA has no flaw', () => assert.deepEqual(found([leaf], ca), []))

  test('of an intermediate needs it in the file', async () => {
    const middle = await makeCa('middle', ca)
    const below = await make({}, middle)
    assert.deepEqual(found([below, middle], ca), [])
    assert.deepEqual(found([below], ca), [
      'is issued by CN=middle, which is not among the trusted CAs',
    ])
  })

  test('of another CA with the same name is refused', async () => {
    const namesake = await makeCa('etcd-ca')
    const [flaw] = found([leaf], namesake)
    assert.match(flaw ?? '', /the trusted CA of that name did not sign it/)
    assert.deepEqual(found([leaf], namesake, ca), [])
  })

  test('of something that is no CA is refused', async () => {
    const signer = await make({ commonName: 'signer' }, ca)
    const below = await make({}, signer)
    assert.equal(found([below, signer], ca).length, 1)
  })

  test('of a CA that has ended is refused, unless the renewed one is there', async () => {
    const old = await makeCa('aging', undefined, EXPIRED)
    const renewed = await makeCa('aging', undefined, { key: old.key })
    const below = await make({}, old)
    assert.deepEqual(found([below], old), ['is issued by CN=aging, which is not valid now'])
    assert.deepEqual(found([below], old, renewed), [])
  })

  test('that is itself trusted is its own chain', () => {
    const [one] = read(leaf)
    assert.ok(one)
    assert.deepEqual(chainOf(one, { intermediates: [], authorities: [one], now }), { found: [one] })
  })

  test('of CAs that signed each other ends', async () => {
    const a = await makeCa('a')
    const b = await makeCa('b', a)
    const a2 = await makeCa('a', b, { key: a.key })
    assert.equal(found([await make({}, a), a2, b, a], ca).length, 1)
  })

  for (const [what, changes, flaw] of [
    ['has ended', EXPIRED, /^expired on 2026-11-20$/],
    ['names another address', { names: { dns: ['m1'], ips: [] } }, /not valid for 10.0.0.1/],
    ['is for servers alone', { usages: ['serverAuth'] }, /lacks the usage clientAuth, as a client/],
    ['is a CA', { isCa: true }, /certificate of a CA/],
    ['has a small key', { keyKind: 'RSA-1024' }, /RSA key of 1024 bits/],
  ] as const satisfies readonly (readonly [string, Partial<Request>, RegExp])[])
    test(`that ${what} is told apart`, async () => {
      const [first, ...others] = found([await make(changes, ca)], ca)
      assert.match(first ?? '', flaw)
      assert.deepEqual(others, [])
    })

  test('without usages may be used for anything', async () => {
    const { usages: _, ...anything } = M1
    assert.deepEqual(found([await issue(anything, ca)], ca), [])
  })

  test('is not held against a CA where none is configured', () =>
    assert.deepEqual(flaws(read(leaf), { hosts: [], usages: [] }, now), []))
})
