import assert from 'node:assert/strict'
import { createSecureServer } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { after, test } from 'node:test'
import { KeepError } from '../../core/error.ts'
import { issue, type Issued } from '../../pki/issue.ts'
import { privatePem } from '../../pki/key.ts'
import { parseCertificates } from '../../pki/parse-certificate.ts'
import { authority, server, validFor } from '../../pki/profiles.ts'
import type { EtcdTls } from '../../ports/etcd.ts'
import { dialH2 } from '../h2/dial.ts'
import { openLink } from './link.ts'
import { tlsMaterial } from './material.ts'
import { unreachable } from './transport-errors.ts'

const life = { now: new Date(), days: 1 }
const ca = await issue(authority('etcd-ca', life))
const named = server({ name: 'm1', places: ['https://127.0.0.1:1'] }, life)
const expired = await issue({ ...named, ...validFor({ now: life.now, days: -1 }) }, ca)
const elsewhere = await issue({ ...named, names: { dns: ['m9'], ips: [] } }, ca)
const foreign = await issue(named, await issue(authority('somebody-else', life)))
const other = await issue(named, ca)

const keyOf = ({ pem }: Issued): string => parseCertificates(Buffer.from(pem))[0]?.spkiSha256 ?? ''

async function serving(issued: Issued): Promise<string> {
  const listener = createSecureServer({ cert: issued.pem, key: privatePem(issued.key).reveal() })
  listener.on('sessionError', () => {})
  after(() => listener.close())
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
  return `https://127.0.0.1:${(listener.address() as AddressInfo).port}`
}

/** Over both ways in which members are asked: `connected`, or the error's code. */
async function outcomes(endpoint: string, tls: EtcdTls): Promise<readonly string[]> {
  const { signal } = new AbortController()
  const codeOf = (thrown: unknown) => (thrown instanceof KeepError ? thrown.code : String(thrown))
  const link = openLink(endpoint, tls)
  const calls = await link.ready(signal).then(() => 'connected', codeOf)
  link.close()
  const { options, refuse } = tlsMaterial(tls)
  const bulk = await dialH2({
    url: new URL(endpoint),
    tls: options,
    ...(refuse && { refuse }),
    signal,
    silenceMs: 5000,
    failure: (cause) => unreachable(cause, endpoint),
  }).then((dialed) => {
    dialed.close()
    return 'connected'
  }, codeOf)
  return [calls, bulk]
}

const BELIEVED = ['connected', 'connected']
const REFUSED = ['etcd.server-untrusted', 'etcd.server-untrusted']

for (const [what, issued] of Object.entries({ expired, elsewhere, foreign })) {
  test(`a certificate that is no good (${what}) is believed for its key alone`, async () => {
    const endpoint = await serving(issued)
    const tls = { ca: ca.pem }
    assert.deepEqual(await outcomes(endpoint, tls), REFUSED)
    assert.deepEqual(await outcomes(endpoint, { ...tls, serverKeys: [keyOf(other)] }), REFUSED)
    assert.deepEqual(await outcomes(endpoint, { ...tls, serverKeys: [keyOf(issued)] }), BELIEVED)
  })
}

test('a good certificate needs no known key', async () => {
  const tls = { ca: ca.pem, serverKeys: [keyOf(expired)] }
  assert.deepEqual(await outcomes(await serving(other), tls), BELIEVED)
})
