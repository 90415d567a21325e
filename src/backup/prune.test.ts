import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { dyingStore, Killed } from '../../test/support/dying-store.ts'
import { memoryStore } from '../../test/support/memory-store.ts'
import { addSnapshot, HOUR, newSigner, START, trusting } from '../../test/support/repository.ts'
import { workerChunkCipher } from '../adapters/chunk-cipher/worker-chunk-cipher.ts'
import { KeepError } from '../core/error.ts'
import type { ObjectStore } from '../ports/object-store.ts'
import { appendRecord } from '../repository/append-record.ts'
import { linkName } from '../repository/names.ts'
import { readChain } from '../repository/read-chain.ts'
import type { RecordEvent } from '../repository/record.ts'
import { applyPrune, planPrune } from './prune.ts'
import type { RetentionPolicy } from './rules/retention.ts'
import { verifySnapshot } from './verify-snapshot.ts'

const now = new Date(START + 1000 * HOUR)
const signal = new AbortController().signal
const NONE: RetentionPolicy = {
  last: 0,
  within: 0,
  hourly: 0,
  daily: 0,
  weekly: 0,
  monthly: 0,
  yearly: 0,
}

async function repository(count = 6, objects = memoryStore()) {
  const store = objects
  const signer = newSigner()
  const trust = trusting(signer)
  const add = (created?: number) =>
    addSnapshot({ store, signer, trust, ...(created !== undefined && { created }) })
  for (let at = 0; at < count; at += 1) await add()
  const chain = () => readChain(store, { trust, now })
  const record = async (event: RecordEvent, into: ObjectStore = store) => {
    await appendRecord(into, event, { signer, trust, now })
  }
  const verified = async (sequence: number) => {
    const one = (await chain()).snapshots.find((snapshot) => snapshot.sequence === sequence)
    assert.ok(one)
    const snapshot = { sequence, id: one.manifest.id }
    await record({ kind: 'verified', snapshot, depth: 'stored' })
  }
  const plan = async (
    policy: Partial<RetentionPolicy>,
    acceptClock = false,
    into: ObjectStore = store,
  ) => planPrune(into, await chain(), { policy: { ...NONE, ...policy }, acceptClock, now, signal })
  const prune = async (policy: Partial<RetentionPolicy>, into: ObjectStore = store) => {
    const planned = await plan(policy)
    assert.deepEqual(planned.refused, [])
    const write = (event: RecordEvent) => record(event, into)
    await applyPrune(into, planned, { record: write, step: () => {}, signal })
  }
  /** Everything that is listed as there is whole, and nothing else is wrong. */
  const sound = async () => {
    const { snapshots, problems } = await chain()
    assert.deepEqual(
      problems.filter(({ severity }) => severity === 'problem'),
      [],
    )
    const opening = { store, trust, cipher: workerChunkCipher(), unwrappers: [] }
    const alive = snapshots.filter(({ pruned }) => !pruned)
    for (const one of alive) assert.deepEqual((await verifySnapshot(opening, one)).problems, [])
    return alive.map(({ sequence }) => sequence)
  }
  return {
    store,
    objects: store.objects,
    signer,
    trust,
    add,
    chain,
    record,
    verified,
    plan,
    prune,
    sound,
  }
}

test('what no rule keeps goes, with data and keys; its manifest stays', async () => {
  const { objects, verified, prune, sound, chain } = await repository()
  await verified(6)
  await prune({ last: 2 })
  assert.deepEqual(await sound(), [5, 6])
  const names = [...objects.keys()]
  assert.equal(names.filter((name) => name.startsWith('manifests/')).length, 6)
  assert.equal(names.filter((name) => /^(data|keys)\//.test(name)).length, 4)
  assert.deepEqual((await chain()).problems, [])
  const before = names.length
  await prune({ last: 2 })
  assert.equal(objects.size, before)
})

test('killed at every step, before or after it, nothing that is listed is broken, and the next run finishes', async () => {
  for (const when of ['before', 'after'] as const)
    for (let at = 1; ; at += 1) {
      const { store, objects, verified, prune, sound } = await repository(4)
      await verified(4)
      const died = await prune({ last: 1 }, dyingStore(store, at, when)).then(
        () => false,
        (thrown: unknown) => {
          assert.ok(thrown instanceof Killed, String(thrown))
          return true
        },
      )
      assert.ok((await sound()).includes(4))
      await prune({ last: 1 })
      assert.deepEqual(await sound(), [4])
      assert.equal([...objects.keys()].filter((name) => /^(data|keys)\//.test(name)).length, 2)
      if (!died) {
        assert.equal(at, 10)
        break
      }
    }
})

test('objects of a save that lost its race go; those of a manifest that is missing stay', async () => {
  const { objects, verified, plan, prune } = await repository()
  await verified(6)
  const lost = 'data/000000000003-00000000000000000000000000000000'
  objects.set(lost, Buffer.from('x'))
  objects.set('data/000000000007-00000000000000000000000000000000', Buffer.from('a save that runs'))
  assert.deepEqual((await plan({ last: 9 })).strays, [lost])
  await prune({ last: 9 })
  assert.equal(objects.has(lost), false)
  assert.equal(objects.has('data/000000000007-00000000000000000000000000000000'), true)
})

describe('an attacker with every right to the store does not make prune his tool', () => {
  const refusedWhen = async (
    change: (made: Awaited<ReturnType<typeof repository>>) => Promise<void> | void,
  ) => {
    const made = await repository()
    await made.verified(6)
    await change(made)
    const planned = await made.plan({ last: 1 })
    assert.ok(planned.refused.length > 0)
    return planned.refused[0] ?? ''
  }

  test('forged snapshots push nothing out', async () => {
    const why = await refusedWhen(async ({ store, trust }) => {
      const attacker = newSigner()
      await addSnapshot({ store, signer: attacker, trust })
    })
    assert.match(why, /not trusted/)
  })

  test('replayed ones push nothing out', async () => {
    assert.match(
      await refusedWhen(({ objects }) => {
        objects.set(
          linkName('manifests', 7),
          objects.get(linkName('manifests', 2)) ?? assert.fail(),
        )
      }),
      /copied or renamed/,
    )
  })

  test('with the newest hidden, older ones stay', async () => {
    assert.match(
      await refusedWhen(({ objects }) => void objects.delete(linkName('manifests', 6))),
      /missing/,
    )
  })

  test('with a hold hidden, what was held stays', async () => {
    const why = await refusedWhen(async ({ objects, record, chain }) => {
      const { sequence, manifest } = (await chain()).snapshots[0] ?? assert.fail()
      await record({ kind: 'held', snapshot: { sequence, id: manifest.id }, reason: 'case' })
      await record({ kind: 'verified', snapshot: { sequence, id: manifest.id }, depth: 'stored' })
      objects.delete(linkName('records', 2))
    })
    assert.match(why, /records\/000000000002.json is missing/)
  })

  test('a future date is an alarm and no vote; so is a jump', async () => {
    const { add, verified, plan } = await repository()
    await add(START + 5000 * HOUR)
    await verified(7)
    assert.match((await plan({ within: HOUR })).refused[0] ?? '', /still to come/)
    const other = await repository()
    await other.add(START + 900 * HOUR)
    await other.verified(7)
    assert.match((await other.plan({ within: HOUR })).refused[0] ?? '', /no snapshot/)
    const accepted = await other.plan({ within: HOUR }, true)
    assert.equal(accepted.refused.length, 0)
    assert.equal(accepted.remove.length, 6)
  })

  test('a snapshot whose data was removed takes no place from a good one', async () => {
    const { objects, chain, verified, plan } = await repository()
    await verified(5)
    await verified(6)
    objects.delete((await chain()).snapshots[5]?.manifest.data.object ?? '')
    const { remove, verdicts } = await plan({ last: 1 })
    assert.deepEqual(
      remove.map(({ sequence }) => sequence),
      [1, 2, 3, 4],
    )
    assert.match(verdicts[5]?.why[0] ?? '', /something is wrong/)
  })
})

test('what the store does not let go of is told, and the rest still goes', async () => {
  const { store, verified, plan, record, chain } = await repository()
  await verified(6)
  const holding: ObjectStore = {
    ...store,
    async remove(key) {
      if (key.startsWith('data/000000000002'))
        throw new KeepError('denied', 'store.denied', `${key}: locked`)
      await store.remove(key)
    },
  }
  const told = await applyPrune(holding, await plan({ last: 1 }), {
    record,
    step: () => {},
    signal,
  })
  assert.deepEqual(
    told.map(({ code, sequence }) => [code, sequence]),
    [['half-pruned', 2]],
  )
  const { snapshots } = await chain()
  assert.deepEqual(
    snapshots.filter(({ left }) => left).map(({ sequence }) => sequence),
    [2, 6],
  )
  assert.deepEqual(
    (await plan({ last: 1 })).finish.map(({ sequence }) => sequence),
    [2],
  )
})

test('what the store itself has locked stays, and says until when', async () => {
  const { store, verified, plan } = await repository()
  await verified(6)
  const until = new Date(now.getTime() + HOUR)
  const locked: ObjectStore = {
    ...store,
    lock: {
      retention: async (key) =>
        key.includes('000000000002') ? { mode: 'compliance', until } : { mode: 'none' },
    },
  }
  const { verdicts } = await plan({ last: 1 }, false, locked)
  assert.deepEqual(
    verdicts.filter(({ keep }) => keep).map(({ sequence }) => sequence),
    [2, 6],
  )
  assert.match(verdicts[1]?.why[0] ?? '', /locked until/)
})
