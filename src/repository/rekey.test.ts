import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dyingStore, Killed } from '../../test/support/dying-store.ts'
import { memoryStore } from '../../test/support/memory-store.ts'
import { addSnapshot, HOUR, newSigner, START, trusting } from '../../test/support/repository.ts'
import { keyServices } from '../adapters/key-service/key-services.ts'
import type { ObjectStore } from '../ports/object-store.ts'
import { appendRecord } from './append-record.ts'
import { readChain } from './read-chain.ts'
import { readKeys, unwrapDataKey } from './read-keys.ts'
import type { RecordEvent } from './record.ts'
import { rekeySnapshot } from './rekey.ts'

const now = new Date(START + 100 * HOUR)
const signal = new AbortController().signal
const services = keyServices()

async function person() {
  const { text, recipient } = await services.newIdentity()
  return {
    recipient,
    wrapper: await services.ageRecipient(recipient),
    unwrapper: await services.identity(text, 'i.txt'),
  }
}

async function repository() {
  const store = memoryStore()
  const [saver, admin] = [newSigner(), newSigner()]
  const trust = { snapshots: [saver.publicKey], records: [admin.publicKey] }
  const [old, fresh] = [await person(), await person()]
  await addSnapshot({ store, signer: saver, trust: trusting(saver), wrappers: [old.wrapper] })
  const chain = () => readChain(store, { trust, now })
  const snapshot = async () => (await chain()).snapshots[0] ?? assert.fail()
  const rekey = async (removeOld: boolean, into: ObjectStore = store, who = [old, fresh]) =>
    rekeySnapshot(await snapshot(), {
      store: into,
      trust,
      signer: admin,
      unwrappers: who.map(({ unwrapper }) => unwrapper),
      wrappers: [fresh.wrapper],
      removeOld,
      signal,
      record: async (event: RecordEvent) => {
        await appendRecord(into, event, { signer: admin, trust, now })
      },
    })
  const readable = async (who: Awaited<ReturnType<typeof person>>) => {
    const one = await snapshot()
    const { generations } = await readKeys(one, { store, trust })
    return (await unwrapDataKey(one, generations, [who.unwrapper])).dataKey !== undefined
  }
  return { store, objects: store.objects, old, fresh, chain, snapshot, rekey, readable }
}

test('a new reader reads, the old one until the old wrapping is removed; no data moves', async () => {
  const { objects, old, fresh, chain, rekey, readable } = await repository()
  const data = [...objects].filter(([name]) => name.startsWith('data/'))
  const first = await rekey(false)
  assert.deepEqual([first.outcome, first.generation, first.older], ['wrapped', 1, [0]])
  assert.deepEqual([await readable(old), await readable(fresh)], [true, true])
  const second = await rekey(true)
  assert.deepEqual([second.outcome, second.older], ['same', []])
  assert.deepEqual([await readable(old), await readable(fresh)], [false, true])
  assert.deepEqual(
    [...objects].filter(([name]) => name.startsWith('data/')),
    data,
  )
  const { problems, snapshots } = await chain()
  assert.deepEqual(problems, [])
  assert.deepEqual(
    snapshots[0]?.recipients.map(({ key }) => key),
    [fresh.recipient],
  )
})

test('killed at every step, before or after it, the snapshot can be read, and the next run finishes', async () => {
  for (const when of ['before', 'after'] as const)
    for (let at = 1; ; at += 1) {
      const { store, old, fresh, chain, rekey, readable } = await repository()
      const died = await rekey(true, dyingStore(store, at, when)).then(
        () => false,
        (thrown: unknown) => {
          assert.ok(thrown instanceof Killed, String(thrown))
          return true
        },
      )
      assert.ok((await readable(old)) || (await readable(fresh)))
      assert.deepEqual((await chain()).problems, [])
      const { generation, older } = await rekey(true)
      assert.deepEqual([generation, older], [1, []])
      assert.deepEqual([await readable(old), await readable(fresh)], [false, true])
      assert.deepEqual((await chain()).problems, [])
      if (!died) {
        assert.equal(at, 4)
        break
      }
    }
})

test('without an identity that opens it nothing is written', async () => {
  const { objects, rekey } = await repository()
  const before = [...objects.keys()]
  const stranger = await person()
  const { outcome } = await rekey(true, undefined, [stranger])
  assert.equal(outcome, 'failed')
  assert.deepEqual([...objects.keys()], before)
})

test('an old generation that is put back in the place of the new one is named', async () => {
  const { objects, chain, snapshot, rekey } = await repository()
  const { name, content } = await snapshot().then(({ manifest }) => ({
    name: manifest.keys.object,
    content: objects.get(manifest.keys.object) ?? assert.fail(),
  }))
  await rekey(true)
  for (const key of [...objects.keys()].filter((one) => one.startsWith('keys/')))
    objects.delete(key)
  objects.set(name, content)
  assert.deepEqual(
    (await chain()).problems.map(({ code }) => code),
    ['keys-rolled-back'],
  )
})
