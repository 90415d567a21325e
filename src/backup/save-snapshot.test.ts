import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  DATABASE,
  endpointOf,
  type FakeMember,
  fakeMembers,
  unavailable,
} from '../../test/support/fake-members.ts'
import { memoryStore } from '../../test/support/memory-store.ts'
import { newSigner, openWrapper, trusting } from '../../test/support/repository.ts'
import { appendRecord } from '../repository/append-record.ts'
import { KeepError } from '../core/error.ts'
import { Secret } from '../core/secret.ts'
import type { ObjectStore } from '../ports/object-store.ts'
import type { KeyWrapper } from '../ports/key-service.ts'
import { nextPlace } from '../repository/next-place.ts'
import { saveSnapshot, type SavedSnapshot } from './save-snapshot.ts'

const signer = newSigner()
const trust = trusting(signer)
const LEADER: FakeMember = { id: 1n }
const FOLLOWER: FakeMember = { id: 2n }

interface Saving {
  readonly members?: readonly FakeMember[]
  readonly stores?: readonly [ObjectStore, ...ObjectStore[]]
  readonly recipients?: readonly KeyWrapper[]
  readonly signal?: AbortSignal
}

async function save({
  members = [LEADER, FOLLOWER],
  stores = [memoryStore()],
  recipients = [openWrapper],
  signal,
}: Saving = {}): Promise<{ saved: SavedSnapshot; reads: readonly string[] }> {
  const { ports, options, reads } = fakeMembers(members)
  const target = { stores, signer, trust, recipients }
  const saved = await saveSnapshot(ports, target, { ...options, ...(signal && { signal }) })
  return { saved, reads }
}

const names = (store: ReturnType<typeof memoryStore>) =>
  [...store.objects.keys()]
    .map((key) => key.replace(/\/.*/, ''))
    .toSorted((a, b) => (a < b ? -1 : 1))

const fails = async (saving: Saving): Promise<KeepError> => {
  try {
    await save(saving)
  } catch (thrown) {
    assert.ok(thrown instanceof KeepError, String(thrown))
    return thrown
  }
  return assert.fail('it was saved')
}

/** A store whose `put` of one folder fails: before anything is kept, or after it was. */
function failing(folder: string, when: 'before' | 'after') {
  const store = memoryStore()
  const put: ObjectStore['put'] = async (key, content, options) => {
    if (!key.startsWith(folder)) return store.put(key, content, options)
    if (when === 'after') await store.put(key, content, options)
    throw unavailable(`${folder} is out of order`)
  }
  return { ...store, put }
}

test('a follower is read, and what is stored opens to the same database', async () => {
  const store = memoryStore()
  let key: Secret<Uint8Array> | undefined
  const wrapper: KeyWrapper = {
    ...openWrapper,
    wrap: (dataKey) => {
      key = dataKey
      return openWrapper.wrap(dataKey)
    },
  }
  const { saved, reads } = await save({ stores: [store], recipients: [wrapper] })
  assert.deepEqual(reads, [endpointOf(2n)])
  const { manifest } = saved.manifest
  assert.equal(manifest.revision, '252')
  assert.equal(manifest.source.leader, false)
  assert.ok('hash' in manifest.hashKv)
  assert.ok(key)
  const { ports } = fakeMembers([])
  const nonce = Buffer.from(manifest.sealing.nonce, 'hex')
  const opened: Buffer[] = []
  for await (const part of ports.chunkCipher.open(store.get(manifest.data.object), {
    dataKey: key,
    nonce,
  }))
    opened.push(part)
  assert.deepEqual(Buffer.concat(opened), DATABASE)
  assert.deepEqual(names(store), ['data', 'keys', 'manifests'])
  assert.equal((await nextPlace({ store, trust })).sequence, 2)
})

test('a member that breaks off is left for the next, and nothing of it stays', async () => {
  const store = memoryStore()
  const members = [LEADER, { ...FOLLOWER, breaks: unavailable('cable cut') }]
  const { saved, reads } = await save({ members, stores: [store] })
  assert.deepEqual(reads, [endpointOf(2n), endpointOf(1n)])
  assert.deepEqual(saved.taken.passedOver, [{ endpoint: endpointOf(2n), why: 'cable cut' }])
  assert.deepEqual(names(store), ['data', 'keys', 'manifests'])
})

test('content that differs from what the member serves is not recorded', async () => {
  const store = memoryStore()
  const error = await fails({ members: [{ ...LEADER, hashKv: { hash: 1 } }], stores: [store] })
  assert.deepEqual([error.kind, error.code], ['corrupt', 'snapshot.other-content'])
  assert.deepEqual(names(store), [])
})

test('a compaction in between leaves nothing to compare, and says so', async () => {
  const compacted = new KeepError('conflict', 'etcd.compacted', 'compacted')
  for (const hashKv of [compacted, { hash: 1, compactRevision: 250n }]) {
    const { saved } = await save({ members: [{ ...LEADER, hashKv }] })
    assert.deepEqual(saved.manifest.manifest.hashKv, {
      missing: 'the member was compacted meanwhile',
    })
  }
})

test('a snapshot that ends before what the cluster had agreed on is not recorded', async () => {
  const error = await fails({ members: [{ ...LEADER, range: 253n }] })
  assert.equal(error.code, 'snapshot.behind')
})

test('without a quorum the furthest member is saved, and the doubt is told', async () => {
  const range = unavailable('no leader')
  const { saved, reads } = await save({
    members: [
      { ...LEADER, range },
      { ...FOLLOWER, range },
    ],
  })
  assert.equal(reads.length, 1)
  assert.equal(saved.taken.fresh.proven, false)
})

test('a learner is refused', async () => {
  const error = await fails({ members: [{ ...LEADER, status: { isLearner: true } }] })
  assert.equal(error.code, 'snapshot.no-member')
  assert.match(error.message, /learner/)
})

test('two stores have the same; where the second fails, the first counts', async () => {
  const stores = [memoryStore(), memoryStore()] as const
  await save({ stores })
  assert.deepEqual(stores[0].objects, stores[1].objects)
  for (const folder of ['data', 'keys', 'manifests']) {
    const second = failing(folder, 'before')
    const { saved } = await save({ stores: [memoryStore(), second] })
    const [first, other] = saved.stores
    assert.ok(first && !('error' in first))
    assert.ok(other && 'error' in other)
    // After a time-out the manifest may still come to stand there: what it names stays, and prune finds it.
    assert.deepEqual(names(second), folder === 'manifests' ? ['data', 'keys'] : [])
  }
})

test('a copy gets the records first that the manifest names', async () => {
  const stores = [memoryStore(), memoryStore()] as const
  const { saved } = await save({ stores })
  const snapshot = { sequence: 1, id: saved.manifest.manifest.id }
  const now = new Date()
  await appendRecord(
    stores[0],
    { kind: 'verified', snapshot, depth: 'stored' },
    { signer, trust, now },
  )
  await save({ stores })
  assert.deepEqual(stores[0].objects, stores[1].objects)
})

test('a failure of the first store at any step leaves no snapshot and nothing beside', async () => {
  for (const folder of ['data', 'keys', 'manifests']) {
    const stores = [failing(folder, 'before'), memoryStore()] as const
    const error = await fails({ stores })
    assert.match(error.message, /out of order/)
    assert.deepEqual(names(stores[0]), folder === 'manifests' ? ['data', 'keys'] : [])
    assert.deepEqual(names(stores[1]), [])
  }
})

test('an answer that was lost after the manifest was kept is a recorded snapshot', async () => {
  const store = failing('manifests', 'after')
  const { saved } = await save({ stores: [store] })
  assert.equal(saved.manifest.sequence, 1)
  assert.deepEqual(names(store), ['data', 'keys', 'manifests'])
})

test('where nobody can tell whether the manifest was kept, what it may name stays', async () => {
  const store = failing('manifests', 'after')
  const silentStore: ObjectStore = {
    ...store,
    async *get(key) {
      if (key.startsWith('manifests')) throw unavailable('no answer')
      yield* store.get(key)
    },
  }
  await fails({ stores: [silentStore] })
  assert.deepEqual(names(store), ['data', 'keys', 'manifests'])
})

test('of two writers one records, and the other leaves nothing', async () => {
  const store = memoryStore()
  const rival = async () => void (await save({ stores: [store] }))
  const error = await fails({ stores: [store], members: [{ ...LEADER, atEnd: rival }] })
  assert.deepEqual([error.kind, error.code], ['conflict', 'repository.lost-race'])
  assert.deepEqual(names(store), ['data', 'keys', 'manifests'])
})

test('a store that keeps another length is not believed', async () => {
  const store = memoryStore()
  const short: ObjectStore = { ...store, stat: async (key) => ({ key, size: 5 }) }
  assert.equal((await fails({ stores: [short] })).code, 'store.other-length')
  assert.deepEqual(names(store), [])
})

test('a slow store does not hold the member', async () => {
  const store = memoryStore()
  const streamed = Promise.withResolvers<void>()
  const slow: ObjectStore = {
    ...store,
    async put(key, content, options) {
      await streamed.promise
      return store.put(key, content, options)
    },
  }
  await save({ stores: [slow], members: [{ ...LEADER, atEnd: () => streamed.resolve() }] })
  assert.deepEqual(names(store), ['data', 'keys', 'manifests'])
})

test('a save that is given up leaves nothing', async () => {
  const store = memoryStore()
  const stop = new AbortController()
  const members = [{ ...LEADER, atEnd: () => stop.abort() }]
  await assert.rejects(save({ stores: [store], members, signal: stop.signal }))
  assert.deepEqual(names(store), [])
})

test('a key service that fails costs no stream', async () => {
  const { ports, options, reads } = fakeMembers([LEADER])
  const down: KeyWrapper = { ...openWrapper, wrap: () => Promise.reject(unavailable('vault')) }
  const target = { stores: [memoryStore()] as const, signer, trust, recipients: [down] }
  await assert.rejects(
    saveSnapshot(ports, { ...target, stores: [memoryStore()] }, options),
    /vault/,
  )
  assert.deepEqual(reads, [])
})
