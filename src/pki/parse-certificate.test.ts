import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { KeepError } from '../core/error.ts'
import { parseCertificates, parseDer, parseDerChain } from './parse-certificate.ts'
import { describePrivateKey } from './parse-private-key.ts'

/** P-256, made with openssl: O=system:masters, CN=x,y; DNS a.b, 10.0.0.1, ::1; serverAuth and 1.2.3. */
const PEM = `-----BEGIN CERTIFICATE-----
MIIB9DCCAZmgAwIBAgIUO4gV7yj2RSHT+QDbaoeZb0CAXjswCgYIKoZIzj0EAwIw
JzEXMBUGA1UECgwOc3lzdGVtOm1hc3RlcnMxDDAKBgNVBAMMA3gseTAeFw0yNjEx
MjEwNTM5NTRaFw0zNjExMTgwNTM5NTRaMCcxFzAVBgNVBAoMDnN5c3RlbTptYXN0
ZXJzMQwwCgYDVQQDDAN4LHkwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAASvyOza
v0zp+R1cFkAfPowGdAu8+H3buu/aisz979sJNbRmjv3NQqWFQu9IhARMAdmCl719
1/bu0ltt6XrAUsCao4GiMIGfMB0GA1UdDgQWBBTJcu91hFPWB7hYODm2DIVkASJ3
kTAfBgNVHSMEGDAWgBTJcu91hFPWB7hYODm2DIVkASJ3kTAPBgNVHRMBAf8EBTAD
AQH/MCYGA1UdEQQfMB2CA2EuYocECgAAAYcQAAAAAAAAAAAAAAAAAAAAATAXBgNV
HSUEEDAOBggrBgEFBQcDAQYCKgMwCwYDVR0PBAQDAgeAMAoGCCqGSM49BAMCA0kA
MEYCIQCv6Q/JubkvMlgKLKV0/G02fH4C8tdIwW4O3So+/XaWIwIhAJsDyEduWeqY
IfVhXu2LNAoSsB1lGbAbGpsjcHdsW9Ix
-----END CERTIFICATE-----
`
const der = Buffer.from(PEM.replace(/-----[^-]+-----|\s/g, ''), 'base64')
const bytes = (text: string) => Buffer.from(text)
const isCorrupt = (thrown: unknown) => thrown instanceof KeepError && thrown.kind === 'corrupt'

test('a certificate is told in plain words', () => {
  const [one] = parseCertificates(bytes(PEM))
  assert.ok(one)
  assert.equal(one.subject, 'CN=x\\,y,O=system:masters')
  assert.equal(one.commonName, 'x,y')
  assert.deepEqual(one.organizations, ['system:masters'])
  assert.deepEqual(one.dnsNames, ['a.b'])
  assert.deepEqual(one.ipAddresses, ['10.0.0.1', '::1'])
  assert.deepEqual(one.extendedKeyUsages, ['serverAuth', '1.2.3'])
  assert.deepEqual(one.keyUsages, ['digitalSignature'])
  assert.equal(one.isCa, true)
  assert.equal(one.signatureAlgorithm, 'ECDSA-SHA256')
  assert.deepEqual(one.publicKey, { type: 'ec', bits: 256 })
  assert.equal(one.pem, PEM)
  assert.equal(Date.parse(one.notAfter) - Date.parse(one.notBefore), 3650 * 86_400_000)
})

test('text, other blocks and broken blocks around certificates are passed over, as Go does', () => {
  const other = '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n'
  const broken = '-----BEGIN CERTIFICATE-----\n???\n-----END CERTIFICATE-----\n'
  const file = bytes(
    `subject=x\n${PEM}\n# old\n${other}${broken}${PEM.replaceAll('\n', '\r\n')}tail`,
  )
  assert.equal(parseCertificates(file).length, 2)
})

test('DER is read, alone and as a chain', () => {
  assert.deepEqual(parseCertificates(der), parseCertificates(bytes(PEM)))
  assert.equal(parseDerChain([der, der]).length, 2)
})

test('what is no certificate is corrupt', () => {
  for (const file of ['', 'hello', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----'])
    assert.throws(() => parseCertificates(bytes(file)), isCorrupt)
  assert.throws(() => parseDer(Buffer.concat([der, Buffer.of(0)])), isCorrupt)
})

test('cut and altered bytes give a certificate or KeepError corrupt, never anything else', () => {
  const altered = fc.tuple(fc.nat(der.length - 1), fc.nat(255), fc.nat(der.length))
  fc.assert(
    fc.property(altered, ([at, byte, length]) => {
      const changed = Buffer.from(der)
      changed[at] = byte
      for (const candidate of [changed, der.subarray(0, length)])
        try {
          parseDer(candidate)
        } catch (thrown) {
          assert.ok(isCorrupt(thrown), String(thrown))
        }
    }),
    { numRuns: 500 },
  )
})

test('any bytes are survived', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (noise) => {
      for (const read of [parseCertificates, describePrivateKey])
        assert.throws(() => read(noise), isCorrupt)
    }),
  )
})

test('a key in any of its forms has one description', () => {
  for (const [pair, type, bits] of [
    [generateKeyPairSync('ec', { namedCurve: 'P-256' }), 'ec', 256],
    [generateKeyPairSync('rsa', { modulusLength: 1024 }), 'rsa', 1024],
  ] as const) {
    const old = type === 'ec' ? 'sec1' : 'pkcs1'
    const key = pair.privateKey as { export(options: object): string | Buffer }
    const forms = ['pkcs8', old].flatMap((form) => [
      Buffer.from(key.export({ format: 'pem', type: form })),
      Buffer.from(key.export({ format: 'der', type: form })),
    ])
    const described = forms.map(describePrivateKey)
    assert.equal(new Set(described.map((one) => one.spkiSha256)).size, 1)
    assert.deepEqual([described[0]?.type, described[0]?.bits], [type, bits])
  }
})

test('an encrypted key says so', () => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const file = privateKey.export({
    format: 'pem',
    type: 'pkcs8',
    cipher: 'aes-128-cbc',
    passphrase: 'marker',
  })
  assert.throws(
    () => describePrivateKey(Buffer.from(file)),
    (thrown: unknown) => thrown instanceof KeepError && thrown.code === 'pki.encrypted-key',
  )
})
