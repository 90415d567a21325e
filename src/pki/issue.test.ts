import assert from 'node:assert/strict'
import { X509Certificate, createPublicKey } from 'node:crypto'
import { test } from 'node:test'
import { issue, issueCrl } from './issue.ts'
import { KEY_KINDS, privatePem } from './key.ts'
import { namesFor } from './names.ts'
import { apiserverEtcdClient, authority, client, server, validFor } from './profiles.ts'

const now = new Date('2026-11-21T10:00:00Z')
const year = { now, days: 365 }
const m1 = { name: 'm1', places: ['https://10.0.0.1:2379', 'https://etcd.example:2380'] }

for (const keyKind of KEY_KINDS)
  test(`${keyKind}: a leaf chains to its authority and carries what etcd needs`, async () => {
    const ca = await issue({ ...authority('etcd-ca', year), keyKind })
    const leaf = await issue({ ...server(m1, year), keyKind }, ca)
    const parent = new X509Certificate(ca.pem)
    const read = new X509Certificate(leaf.pem)
    assert.equal(parent.ca, true)
    assert.equal(read.ca, false)
    assert.ok(read.checkIssued(parent))
    assert.ok(read.verify(parent.publicKey))
    assert.ok(read.checkPrivateKey(leaf.key))
    assert.equal(read.subject, 'CN=m1')
    assert.equal(read.subjectAltName, 'DNS:etcd.example, IP Address:10.0.0.1')
    assert.deepEqual(read.keyUsage, ['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2'])
    assert.equal(read.serialNumber.toLowerCase().replace(/^0+/, ''), leaf.serial.replace(/^0+/, ''))
  })

test('serials are random, at least 64 bit, and positive', async () => {
  const ca = await issue(authority('etcd-ca', year))
  const serials = await Promise.all(
    Array.from({ length: 20 }, async () => (await issue(client('a', year), ca)).serial),
  )
  assert.equal(new Set(serials).size, 20)
  for (const serial of serials) assert.match(serial, /^[0-7][0-9a-f]{31}$/)
})

test('a client is only a client, and keeps its organisation', async () => {
  const ca = await issue(authority('etcd-ca', year))
  const read = new X509Certificate(
    (await issue({ ...client('c', year, ['system:masters']) }, ca)).pem,
  )
  assert.deepEqual(read.keyUsage, ['1.3.6.1.5.5.7.3.2'])
  assert.equal(read.subjectAltName, undefined)
  assert.equal(read.subject, 'O=system:masters\nCN=c')
  assert.equal(apiserverEtcdClient(year).commonName, 'kube-apiserver-etcd-client')
})

test('deliberately bad ones come out as asked: expired, future, SHA-1, CA leaf, shared key', async () => {
  const ca = await issue(authority('etcd-ca', year))
  const past = { notBefore: new Date('2020-01-01'), notAfter: new Date('2020-02-01') }
  const expired = await issue({ ...server(m1, year), ...past }, ca)
  assert.equal(
    new X509Certificate(expired.pem).validToDate.toISOString(),
    '2020-02-01T00:00:00.000Z',
  )
  const shared = await issue(
    { ...server(m1, year), key: expired.key, isCa: true, hash: 'SHA-1' },
    ca,
  )
  const read = new X509Certificate(shared.pem)
  assert.equal(read.ca, true)
  assert.equal(read.signatureAlgorithm, 'ecdsa-with-SHA1')
  assert.ok(read.checkPrivateKey(expired.key))
})

test('lifetimes start before now, for clocks that are behind', () => {
  const { notBefore, notAfter } = validFor({ now, days: 90 })
  assert.equal(notBefore.toISOString(), '2026-11-21T09:55:00.000Z')
  assert.equal(notAfter.toISOString(), '2027-02-19T10:00:00.000Z')
})

test('names: addresses apart from DNS names, wildcards of listening left out', () => {
  const places = [
    'https://[::1]:2379',
    '0.0.0.0',
    'https://0.0.0.0:1',
    'localhost',
    '::1',
    'https://a.b:1',
  ]
  assert.deepEqual(namesFor(places), { dns: ['localhost', 'a.b'], ips: ['::1'] })
})

test('a key is written unencrypted and does not print', async () => {
  const { key } = await issue(authority('a', year))
  const pem = privatePem(key)
  assert.match(pem.reveal(), /^-----BEGIN PRIVATE KEY-----/)
  assert.equal(String(pem), '[secret]')
  assert.equal(createPublicKey(pem.reveal()).equals(createPublicKey(key)), true)
})

test('a revocation list is DER and names the serial', async () => {
  const ca = await issue(authority('a', year))
  const crl = await issueCrl(ca, ['1234abcd'], {
    thisUpdate: now,
    nextUpdate: new Date('2027-01-01'),
  })
  assert.equal(crl[0], 0x30)
  assert.ok(Buffer.from(crl).includes(Buffer.from('1234abcd', 'hex')))
})
