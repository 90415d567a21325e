import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { linuxHost } from '../../adapters/host/linux.ts'
import { known, missing, valueOf } from '../../core/fact.ts'
import { issue } from '../../pki/issue.ts'
import { privatePem } from '../../pki/key.ts'
import { authority, server } from '../../pki/profiles.ts'
import { launch } from '../example.ts'
import { certificateFiles } from './certificates.ts'

test('a certificate comes with the public half of its key, a CA with its keys that lie about', async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'etcdkeep-certificates-'))
  t.after(() => rm(directory, { recursive: true }))
  const path = (name: string) => join(directory, name)
  const year = { now: new Date(), days: 365 }
  const ca = await issue(authority('etcd-ca', year))
  const leaf = await issue(server({ name: 'm1', places: ['https://127.0.0.1'] }, year), ca)
  await writeFile(path('server.crt'), leaf.pem)
  await writeFile(path('server.key'), privatePem(leaf.key).reveal())
  await writeFile(path('ca.crt'), ca.pem)
  await writeFile(path('old.bak'), privatePem(ca.key).reveal())
  const running = known(
    launch({
      'cert-file': path('server.crt'),
      'key-file': path('server.key'),
      'trusted-ca-file': path('ca.crt'),
      'peer-cert-file': path('none.crt'),
    }),
  )
  const files = await certificateFiles(linuxHost(), { running, declared: missing('no manifest') })
  const of = (role: string) => files.find((file) => file.role === role)
  const key = valueOf(of('server')?.key)
  const leaves = valueOf(of('server')?.certificates)
  assert.equal(key?.spkiSha256, leaves?.[0]?.spkiSha256)
  assert.deepEqual(leaves?.[0]?.ipAddresses, ['127.0.0.1'])
  assert.deepEqual(valueOf(of('client-ca')?.caKeys), [path('old.bak')])
  assert.equal(of('peer')?.certificates.known, false)
  assert.ok(!JSON.stringify(files).includes('PRIVATE'))
})

test('a key behind a passphrase may be the key of the CA', async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'etcdkeep-locked-'))
  t.after(() => rm(directory, { recursive: true }))
  const path = (name: string) => join(directory, name)
  const ca = await issue(authority('etcd-ca', { now: new Date(), days: 365 }))
  await writeFile(path('ca.crt'), ca.pem)
  const running = known(launch({ 'trusted-ca-file': path('ca.crt') }))
  const declared = missing('no manifest')
  const keysBeside = async () =>
    (await certificateFiles(linuxHost(), { running, declared }))[0]?.caKeys
  assert.deepEqual(await keysBeside(), known([]))
  const locked = { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' } as const
  await writeFile(path('ca.key'), ca.key.export(locked))
  const seen = await keysBeside()
  assert.equal(seen?.known, false)
  assert.match(seen.why, /ca\.key is a private key behind a passphrase/)
  const old = `-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\nAAAA\n-----END RSA PRIVATE KEY-----\n`
  await writeFile(path('ca.key'), old)
  assert.equal((await keysBeside())?.known, false)
})
