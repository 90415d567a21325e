import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { recogniseContent } from './recognise-content.ts'

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const sec1 = String(privateKey.export({ type: 'sec1', format: 'pem' }))
const pkcs8 = { type: 'pkcs8', format: 'pem' } as const
const locked = privateKey.export({ ...pkcs8, cipher: 'aes-256-cbc', passphrase: 'x' }).toString()
const certificate = `-----BEGIN CERTIFICATE-----\n${'MIIB'.repeat(20)}\n-----END CERTIFICATE-----\n`
const parameters =
  '-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBwMBAAAAAAAA\n-----END EC PARAMETERS-----\n'
const oid = (last: number) =>
  Buffer.from([0x06, 0x0b, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x0c, 0x0a, 0x01, last])
const pfx = (...parts: readonly Buffer[]) =>
  Buffer.concat([Buffer.from([0x30, 0x82, 1, 0, 2, 1, 3]), ...parts, Buffer.alloc(40)])

const KEYS: Readonly<Record<string, string | Buffer>> = {
  'PKCS#8': String(privateKey.export(pkcs8)),
  SEC1: sec1,
  'with line ends of Windows': sec1.replaceAll('\n', '\r\n'),
  'behind its parameters': parameters + sec1,
  'behind a certificate': certificate + sec1,
  'behind other text': `# made by hand\n\n${sec1}`,
  'DER SEC1': privateKey.export({ type: 'sec1', format: 'der' }),
  'DER PKCS#8': privateKey.export({ type: 'pkcs8', format: 'der' }),
  'PKCS#12 with a key in the open': pfx(oid(1)),
}
for (const [name, content] of Object.entries(KEYS))
  test(`a key: ${name}`, () => {
    const { privateKey: found, encrypted } = recogniseContent(Buffer.from(content))
    assert.deepEqual([found, encrypted], [true, false])
  })

test('keys behind a passphrase, all of them or not', () => {
  const seen = (content: string | Buffer) => recogniseContent(Buffer.from(content))
  assert.equal(seen(locked).encrypted, true)
  assert.equal(seen(locked + sec1).encrypted, false)
  assert.equal(seen(pfx(oid(2))).encrypted, true)
  assert.equal(seen(pfx(oid(2), oid(1))).encrypted, false)
})

const OTHERS: Readonly<Record<string, string | Buffer>> = {
  'a certificate': certificate,
  'a public key': publicKey.export({ type: 'spki', format: 'pem' }),
  'a public key in DER': publicKey.export({ type: 'spki', format: 'der' }),
  parameters,
  'a PKCS#12 store of CAs': pfx(oid(3)),
  'text about keys': 'put the -----BEGIN PRIVATE KEY----- block here',
  nothing: '',
}
for (const [name, content] of Object.entries(OTHERS))
  test(`no key: ${name}`, () =>
    assert.equal(recogniseContent(Buffer.from(content)).privateKey, false))
