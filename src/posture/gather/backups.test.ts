import assert from 'node:assert/strict'
import { test } from 'node:test'
import { keyServices } from '../../adapters/key-service/key-services.ts'
import { KeepError } from '../../core/error.ts'
import type { FileStatus, Host } from '../../ports/host.ts'
import { readChain } from '../../repository/read-chain.ts'
import { newSigningKey, parseSigner } from '../../repository/signing-key.ts'
import { memoryStore } from '../../../test/support/memory-store.ts'
import { addSnapshot, HOUR, newSigner, START, trusting } from '../../../test/support/repository.ts'
import type { BackupSource } from './backup-source.ts'
import { backupFacts } from './backups.ts'

const signal = new AbortController().signal
const now = new Date(START + 2 * HOUR)
const limits = { rpo: HOUR, verified: HOUR, drilled: HOUR }
const services = keyServices()

/** A machine with these files, on one ext4 and one NFS file system. */
function hostWith(files: Readonly<Record<string, string>>): Host {
  const all: Readonly<Record<string, string>> = {
    '/proc/self/mountinfo':
      '1 0 8:1 / / rw - ext4 /dev/sda1 rw\n2 1 0:5 / /mnt/nas rw - nfs4 nas:/x rw\n',
    ...files,
  }
  const none = (path: string) => new KeepError('not-found', 'host.not-found', `${path}: not there`)
  return {
    name: 'node1',
    async read(path: string) {
      const text = all[path]
      if (text === undefined) throw none(path)
      return Buffer.from(text)
    },
    async list(directory: string) {
      return Object.keys(all)
        .filter((path) => path.startsWith(`${directory}/`))
        .map((path) => path.slice(directory.length + 1))
    },
    async stat(path: string) {
      if (all[path] === undefined) throw none(path)
      return { type: 'file', size: all[path].length } as FileStatus
    },
    async realpath(path: string) {
      return path
    },
  } as unknown as Host
}

const source = (location: string, parts: Pick<BackupSource, 'store' | 'trust'>): BackupSource => ({
  location,
  ...parts,
  read: (signal) => readChain(parts.store, { trust: parts.trust, now, signal }),
})
const factsOf = (host: Host, one: BackupSource, beside: readonly string[] = []) =>
  backupFacts(host, { sources: [one], limits, keyServices: services, beside }, { now, signal })

test('what a repository says of its snapshots, newest first', async () => {
  const store = memoryStore()
  const signer = newSigner()
  const trust = trusting(signer)
  await addSnapshot({ store, signer, trust })
  const second = await addSnapshot({ store, signer, trust })
  store.objects.delete(second.data.object)
  const { repositories } = await factsOf(hostWith({}), source('/mnt/nas/etcd', { store, trust }))
  const [found] = repositories
  assert.ok(found?.snapshots.known)
  assert.deepEqual(
    found.snapshots.value.map(({ sequence, whole, cluster }) => [sequence, whole, cluster]),
    [
      [2, false, 'cdf818194e3a8c32'],
      [1, true, 'cdf818194e3a8c32'],
    ],
  )
  assert.deepEqual(
    found.problems.map(({ code }) => code),
    ['data-missing'],
  )
  assert.deepEqual(found.place.local, { known: true, value: false })
})

test('a disk of this machine is local', async () => {
  const parts = { store: memoryStore(), trust: trusting(newSigner()) }
  const { repositories } = await factsOf(hostWith({}), source('/backups', parts))
  assert.deepEqual(repositories[0]?.place, {
    what: 'directory /backups on ext4',
    local: { known: true, value: true },
  })
})

test('files that open the newest snapshot, or may sign another, are found by trying them', async () => {
  const store = memoryStore()
  const { pem } = newSigningKey()
  const signer = parseSigner(pem, 'signing.pem')
  const trust = trusting(signer)
  const mine = await services.newIdentity()
  const other = await services.newIdentity()
  const wrappers = [await services.ageRecipient(mine.recipient)]
  await addSnapshot({ store, signer, trust, wrappers })
  const host = hostWith({
    '/etc/etcdkeep/notes.txt': mine.text.reveal(),
    '/etc/etcdkeep/other.txt': other.text.reveal(),
    '/keys/trust.txt': 'ed25519:',
    '/keys/stranger.pem': newSigningKey().pem.reveal(),
    '/backups/signing.pem': pem.reveal(),
    '/backups/stranger.pem': newSigningKey().pem.reveal(),
  })
  const found = await factsOf(host, source('/backups', { store, trust }), ['/keys/trust.txt'])
  assert.deepEqual(found.repositories[0]?.keys, {
    known: true,
    value: {
      places: ['/etc/etcdkeep', '/keys', '/backups'],
      opening: ['/etc/etcdkeep/notes.txt'],
      signing: ['/backups/signing.pem'],
    },
  })
  assert.doesNotMatch(JSON.stringify(found), /AGE-SECRET|PRIVATE KEY/)
})

test('a store that cannot be read is a missing fact, with its reason', async () => {
  const parts = { store: memoryStore(), trust: trusting(newSigner()) }
  const down = {
    ...source('s3://b?endpoint=http://127.0.0.1:9', parts),
    read: () => Promise.reject(new KeepError('unavailable', 'store.unreachable', 'it is down')),
  }
  const { repositories } = await factsOf(hostWith({}), down)
  assert.deepEqual(repositories[0]?.snapshots, { known: false, why: 'it is down' })
  assert.equal(repositories[0]?.place.local.known, false)
})
