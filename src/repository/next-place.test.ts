import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { memoryStore } from '../../test/support/memory-store.ts'
import { addSnapshot, HOUR, newSigner, START, trusting } from '../../test/support/repository.ts'
import { storeAnchor } from '../adapters/anchor/store.ts'
import type { AnchorPlace } from '../ports/anchor.ts'
import {
  type Anchor,
  furthestOf,
  moveAnchor,
  readAnchor,
  unanchored,
  witnessesFrom,
} from './anchor.ts'
import { appendRecord } from './append-record.ts'
import { linkName } from './names.ts'
import { nextPlace } from './next-place.ts'
import { readChain } from './read-chain.ts'
import { readCopy } from './read-copy.ts'

const now = new Date(START + 100 * HOUR)

async function repository(count = 3) {
  const store = memoryStore()
  const signer = newSigner()
  const trust = trusting(signer)
  for (let at = 0; at < count; at += 1) await addSnapshot({ store, signer, trust })
  const chain = () => readChain(store, { trust, now })
  const anchor = async (): Promise<Anchor> => {
    const { tip, recordsTip } = await chain()
    assert.ok(tip)
    return {
      format: 'etcdkeep.anchor/v1',
      manifests: tip,
      records: recordsTip,
      at: now.toISOString(),
    }
  }
  return { store, objects: store.objects, signer, trust, chain, anchor }
}

describe('the next place', () => {
  test('of an empty repository is the first', async () => {
    const { store, trust } = await repository(0)
    assert.deepEqual(await nextPlace({ store, trust }), {
      sequence: 1,
      previous: null,
      records: null,
    })
  })

  test('is behind what the anchor has seen, where the newest were removed; the gap stays until acknowledged', async () => {
    const { store, objects, signer, trust, anchor, chain } = await repository()
    const seen = await anchor()
    objects.delete(linkName('manifests', 3))
    const place = await nextPlace({ store, trust }, seen)
    assert.deepEqual([place.sequence, place.previous], [4, seen.manifests])
    await appendRecord(
      store,
      { kind: 'acknowledged', folder: 'manifests', from: 3, to: 3, reason: 'disk' },
      { signer, trust, now, anchor: seen },
    )
    const { problems } = await chain()
    assert.deepEqual(
      problems.filter(({ severity }) => severity === 'problem'),
      [],
    )
    assert.equal(problems[0]?.code, 'missing')
  })

  test('is refused where history is another than the anchor has seen', async () => {
    const { store, objects, signer, trust, anchor } = await repository()
    const seen = await anchor()
    objects.delete(linkName('manifests', 3))
    await addSnapshot({ store, signer, trust })
    await assert.rejects(nextPlace({ store, trust }, seen), { code: 'repository.replaced' })
    await addSnapshot({ store, signer, trust })
    await assert.rejects(nextPlace({ store, trust }, seen), { code: 'repository.replaced' })
  })

  test('passes junk that is not in the way, and names what is', async () => {
    const { store, objects, trust } = await repository()
    objects.set(linkName('manifests', 900), Buffer.from('junk'))
    assert.equal((await nextPlace({ store, trust })).sequence, 4)
    objects.set(linkName('manifests', 4), Buffer.from('junk'))
    await assert.rejects(nextPlace({ store, trust }), {
      code: 'repository.name-taken',
      message: /manifests\/000000000004.json/,
    })
  })

  test('many writers of records each get a place, and nothing is lost', async () => {
    const { store, signer, trust, chain } = await repository(1)
    const { sequence, manifest } = (await chain()).snapshots[0] ?? assert.fail()
    const snapshot = { sequence, id: manifest.id }
    await Promise.all(
      Array.from({ length: 8 }, () =>
        appendRecord(store, { kind: 'held', snapshot, reason: 'x' }, { signer, trust, now }),
      ),
    )
    const { records, problems } = await chain()
    assert.deepEqual([records.length, problems], [8, []])
  })
})

describe('a copy in other hands', () => {
  test('has seen as much as it holds, and junk in it is bad news', async () => {
    const made = await repository()
    const copy = memoryStore(new Map(made.objects))
    const { tip } = await made.chain()
    const read = await readCopy(copy, made.trust, now)
    assert.equal(read.anchor?.manifests.sequence, 3)
    assert.equal(read.anchor.manifests.sha256, tip?.sha256)
    made.objects.delete(linkName('manifests', 3))
    const witnesses = witnessesFrom(read)
    const { problems } = await readChain(made.store, { trust: made.trust, now, witnesses })
    assert.equal(problems[0]?.code, 'rolled-back')
    copy.objects.set(linkName('manifests', 4), Buffer.from('junk'))
    assert.equal((await readCopy(copy, made.trust, now)).problem?.code, 'anchor-unreadable')
    assert.equal((await readCopy(memoryStore(), made.trust, now)).problem?.code, 'anchor-absent')
  })

  test('and an anchor together have seen what the further one has', async () => {
    const made = await repository()
    const { manifests } = await made.anchor()
    const records = { sequence: 7, sha256: 'b'.repeat(64) }
    const of = (anchor: Partial<Anchor>) => ({
      place: { name: 'x' },
      anchor: {
        format: 'etcdkeep.anchor/v1' as const,
        manifests,
        records: null,
        at: '',
        ...anchor,
      },
    })
    const first = { sequence: 1, sha256: 'c'.repeat(64) }
    const all = furthestOf([of({ manifests: first, records }), of({})])
    assert.deepEqual([all?.manifests, all?.records], [manifests, records])
    assert.equal(furthestOf([{ place: { name: 'x' } }]), undefined)
  })
})

describe('an anchor', () => {
  const by = (made: Awaited<ReturnType<typeof repository>>) => ({
    signer: made.signer,
    trust: made.trust,
    now,
  })

  test('is moved on, never back', async () => {
    const made = await repository()
    const place = storeAnchor(memoryStore())
    const seen = await made.anchor()
    await moveAnchor(place, seen, by(made))
    await moveAnchor(
      place,
      { manifests: { sequence: 1, sha256: 'a'.repeat(64) }, records: null },
      by(made),
    )
    const { anchor } = await readAnchor(place, made.trust)
    assert.deepEqual(anchor?.manifests, seen.manifests)
  })

  test('of two that move it at once the further one stays', async () => {
    const made = await repository()
    const place = storeAnchor(memoryStore())
    const { manifests } = await made.anchor()
    await Promise.all(
      [1, 2, 3].map((sequence) =>
        moveAnchor(place, { manifests: { ...manifests, sequence }, records: null }, by(made)),
      ),
    )
    assert.equal((await readAnchor(place, made.trust)).anchor?.manifests.sequence, 3)
  })

  test('that is forged, junk or out of reach is bad news, not an error', async () => {
    const made = await repository()
    const store = memoryStore()
    const place = storeAnchor(store)
    await moveAnchor(place, await made.anchor(), { ...by(made), signer: newSigner() })
    assert.equal((await readAnchor(place, made.trust)).problem?.code, 'anchor-unreadable')
    await assert.rejects(moveAnchor(place, await made.anchor(), by(made)), {
      code: 'anchor.unreadable',
    })
    store.objects.set('anchors/000000000002.json', Buffer.from('junk'))
    assert.equal((await readAnchor(place, made.trust)).problem?.severity, 'problem')
    store.objects.set('anchors/000000000003.json', Buffer.alloc(1 << 20))
    assert.equal((await readAnchor(place, made.trust)).problem?.code, 'anchor-unreadable')
  })

  test('that is not there yet is a notice, and one that lags is too', async () => {
    const made = await repository()
    const place: AnchorPlace = storeAnchor(memoryStore())
    assert.equal((await readAnchor(place, made.trust)).problem?.code, 'anchor-absent')
    await moveAnchor(place, await made.anchor(), by(made))
    const read = await readAnchor(place, made.trust)
    assert.equal(witnessesFrom(read).length, 1)
    const { tip } = await made.chain()
    assert.deepEqual(unanchored(read, tip), [])
    await addSnapshot(made)
    assert.equal(unanchored(read, (await made.chain()).tip)[0]?.code, 'unanchored')
  })
})
