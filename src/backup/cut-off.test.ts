import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fakeMembers, unavailable } from '../../test/support/fake-members.ts'
import { memoryStore } from '../../test/support/memory-store.ts'
import { newSigner, openWrapper, trusting } from '../../test/support/repository.ts'
import type { ObjectStore } from '../ports/object-store.ts'
import { saveSnapshot } from './save-snapshot.ts'

const signer = newSigner()

function save(store: ObjectStore) {
  const { ports, options } = fakeMembers([{ id: 1n }])
  const target = { signer, trust: trusting(signer), recipients: [openWrapper] }
  return saveSnapshot(ports, { ...target, stores: [store] }, options)
}

const foldersOf = ({ objects }: { readonly objects: Map<string, Buffer> }) =>
  [...objects.keys()].map((key) => key.replace(/\/.*/, '')).toSorted((a, b) => (a < b ? -1 : 1))

/** From its `after`-th call on the store is gone, as it is for a saver that was killed there. */
function dying(after: number): ObjectStore & { readonly objects: Map<string, Buffer> } {
  const store = memoryStore()
  let calls = 0
  const alive = () => {
    calls += 1
    if (calls > after) throw unavailable('gone')
  }
  return {
    ...store,
    put: async (key, content, options) => {
      alive()
      await store.put(key, content, options)
      alive()
    },
    stat: async (key) => {
      alive()
      return store.stat(key)
    },
    remove: async (key) => {
      alive()
      return store.remove(key)
    },
    async *get(key, options) {
      alive()
      yield* store.get(key, options)
    },
  }
}

test('wherever a save is cut off, a manifest that is there names what is there', async () => {
  const ends = new Set<string>()
  for (let after = 0; after < 10; after += 1) {
    const store = dying(after)
    await save(store).catch(() => undefined)
    const there = foldersOf(store)
    if (there.includes('manifests')) assert.deepEqual(there, ['data', 'keys', 'manifests'])
    ends.add(there.join())
    // The next one is not in the way of what was left.
    const next = memoryStore(store.objects)
    await save(next)
    assert.equal(
      foldersOf(next).filter((one) => one === 'manifests').length,
      there.includes('manifests') ? 2 : 1,
    )
  }
  assert.deepEqual(
    [...ends].toSorted((a, b) => a.length - b.length),
    ['', 'data', 'data,keys', 'data,keys,manifests'],
  )
})
