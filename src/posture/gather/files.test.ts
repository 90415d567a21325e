import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import {
  chmodSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import * as fc from 'fast-check'
import { linuxHost } from '../../adapters/host/linux.ts'
import { assess } from '../assess.ts'
import privateKeyMode from '../controls/private-key-mode.ts'
import { launch, seen } from '../example.ts'
import { directoryFacts, fileFacts } from './files.ts'
import { recogniseContent } from './recognise-content.ts'

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const PEM = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()
const DER = privateKey.export({ format: 'der', type: 'pkcs8' })
const CERTIFICATE = publicKey.export({ format: 'pem', type: 'spki' }).toString()
const DATABASE = Buffer.alloc(16_384)
DATABASE.writeUInt32LE(0xed0cdaed, 16)

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'etcdkeep-files-'))
  mkdirSync(join(root, 'pki'))
  mkdirSync(join(root, 'data/etcd'), { recursive: true, mode: 0o700 })
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

const write = (path: string, content: string | Uint8Array, mode = 0o600) => {
  writeFileSync(join(root, path), content)
  chmodSync(join(root, path), mode)
}
const gather = (flags: Record<string, string>) =>
  fileFacts(linuxHost({ root }), [launch(flags, { name: 'm1' })])
const roles = async (flags: Record<string, string>) =>
  Object.fromEntries((await gather(flags)).map((file) => [file.path, file.role]))

test('keys beside a key are found by content, whatever their name', async () => {
  write('pki/server.key', PEM)
  write('pki/server.key.bak', PEM, 0o644)
  write('pki/all.pem', CERTIFICATE + PEM, 0o644)
  write('pki/der', DER, 0o644)
  write('pki/server.crt', CERTIFICATE, 0o644)
  write('pki/notes.txt', 'keys start with -----BEGIN PRIVATE KEY-----', 0o644)
  assert.deepEqual(await roles({ 'key-file': '/pki/server.key' }), {
    '/pki/all.pem': 'private-key',
    '/pki/der': 'private-key',
    '/pki/server.key': 'private-key',
    '/pki/server.key.bak': 'private-key',
  })
})

test('a certificate file that holds a key is judged as a key', async () => {
  write('pki/server.crt', CERTIFICATE + PEM, 0o644)
  assert.deepEqual(await roles({ 'cert-file': '/pki/server.crt' }), {
    '/pki/server.crt': 'private-key',
  })
})

test('two names of one file are one file, a link is judged by its target', async () => {
  write('pki/real.key', PEM, 0o640)
  linkSync(join(root, 'pki/real.key'), join(root, 'pki/hard.key'))
  mkdirSync(join(root, 'links'))
  symlinkSync('/pki/real.key', join(root, 'links/server.key'))
  const files = await gather({ 'key-file': '/links/server.key', 'peer-key-file': '/pki/hard.key' })
  assert.equal(files.length, 1)
  const [file] = files
  assert.equal(file?.path, '/links/server.key')
  assert.ok(file?.real.known)
  assert.equal(file.real.value.path, '/pki/real.key')
  assert.equal(file.real.value.mode, 0o640)
  assert.ok(file.referencedBy.includes('m1 --peer-key-file'))
  assert.deepEqual(
    assess([privateKeyMode], seen({ files })).map((one) => one.verdict),
    ['fail'],
  )
})

test('database copies near the data directory are snapshots, the live one is not', async () => {
  mkdirSync(join(root, 'data/etcd/member'))
  mkdirSync(join(root, 'data/backup'))
  write('data/etcd/member/db', DATABASE)
  write('data/backup/monday', DATABASE, 0o644)
  write('data/old.db', DATABASE)
  assert.deepEqual(await roles({ 'data-dir': '/data/etcd' }), {
    '/data/backup/monday': 'snapshot',
    '/data/old.db': 'snapshot',
  })
})

test('snapshots in the usual places are found, databases of other programs are not', async () => {
  mkdirSync(join(root, 'var/backups/etcd'), { recursive: true })
  const snapshot = gunzipSync(
    readFileSync(new URL('../../../test/vectors/snapshot.db.gz', import.meta.url)),
  )
  writeFileSync(join(root, 'var/backups/etcd/weekly'), snapshot, { mode: 0o644 })
  write('var/backups/other.db', DATABASE, 0o644)
  const found = await roles({ 'data-dir': '/data/etcd' })
  assert.equal(found['/var/backups/etcd/weekly'], 'snapshot')
  assert.ok(!('/var/backups/other.db' in found))
})

test('a missing file is a fact that says so', async () => {
  const [file] = await gather({ 'key-file': '/pki/none.key' })
  assert.deepEqual(file?.real, { known: false, why: '/pki/none.key does not exist' })
})

test('a WAL directory of its own is told from one inside', async () => {
  mkdirSync(join(root, 'wal'), { mode: 0o755 })
  const host = linuxHost({ root })
  const inside = launch({ 'data-dir': '/data/etcd', 'wal-dir': '/data/etcd/member/wal' })
  assert.equal((await directoryFacts(host, inside)).wal, undefined)
  const apart = launch({ 'data-dir': '/data/etcd', 'wal-dir': '/wal' })
  const { data, wal } = await directoryFacts(host, apart)
  assert.ok(data?.real.known && wal?.real.known)
  assert.deepEqual([data.real.value.mode, wal.real.value.mode], [0o700, 0o755])
})

test('recognising content never throws', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 4096 }), (bytes) => {
      recogniseContent(bytes)
      recogniseContent(Buffer.concat([Buffer.from([0x30, 0x82]), bytes]))
    }),
  )
})

test('an encrypted key is told from a bare one', () => {
  const locked = privateKey
    .export({ format: 'pem', type: 'pkcs8', cipher: 'aes-256-cbc', passphrase: 'x' })
    .toString()
  assert.deepEqual(recogniseContent(Buffer.from(locked)), {
    holds: ['ENCRYPTED PRIVATE KEY'],
    privateKey: true,
    encrypted: true,
  })
  assert.equal(recogniseContent(Buffer.from(locked + PEM)).encrypted, false)
})
