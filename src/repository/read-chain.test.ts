// An attacker with every right to the store, one attack a test.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { memoryStore } from '../../test/support/memory-store.ts'
import { addSnapshot, HOUR, newSigner, START, trusting } from '../../test/support/repository.ts'
import { appendRecord } from './append-record.ts'
import type { Witness } from './judge-links.ts'
import type { Manifest } from './model.ts'
import { linkName } from './names.ts'
import { readChain } from './read-chain.ts'
import { sealObject } from './signed.ts'

const now = new Date(START + 100 * HOUR)

async function repository(count = 5) {
  const store = memoryStore()
  const signer = newSigner()
  const trust = trusting(signer)
  const manifests: Manifest[] = []
  for (let at = 0; at < count; at += 1) manifests.push(await addSnapshot({ store, signer, trust }))
  const read = async (witnesses: readonly Witness[] = []) =>
    readChain(store, { trust, now, witnesses })
  const told = async (witnesses: readonly Witness[] = []) =>
    (await read(witnesses)).problems.map(({ code, object, severity }) =>
      severity === 'notice' ? `(${code} ${object})` : `${code} ${object}`,
    )
  const anchored = async (): Promise<Witness> => {
    const { tip } = await read()
    assert.ok(tip)
    return { folder: 'manifests', tip, by: 'the anchor' }
  }
  const { objects } = store
  const move = (from: string, to: string) => {
    objects.set(to, objects.get(from) ?? assert.fail(from))
    objects.delete(from)
  }
  const record = (sequence: number, kind: 'verified' | 'held' = 'held') => {
    const snapshot = { sequence, id: manifests[sequence - 1]?.id ?? '' }
    return appendRecord(
      store,
      kind === 'held' ? { kind, snapshot, reason: 'case 7' } : { kind, snapshot, depth: 'opened' },
      { signer, trust, now },
    )
  }
  return { store, objects, signer, trust, manifests, read, told, anchored, move, record }
}
const manifest = (at: number) => linkName('manifests', at)

test('an honest repository has no problem and shows what its records say', async () => {
  const { read, record, anchored } = await repository()
  await record(2)
  await record(4, 'verified')
  const chain = await read([await anchored()])
  assert.deepEqual(chain.problems, [])
  assert.deepEqual(
    chain.snapshots.map(({ sequence }) => sequence),
    [1, 2, 3, 4, 5],
  )
  assert.equal(chain.snapshots[1]?.held?.reason, 'case 7')
  assert.equal(chain.snapshots[3]?.opened, now.toISOString())
  assert.deepEqual(
    chain.records.map(({ sequence }) => sequence),
    [1, 2],
  )
})

describe('what an attacker does to the store is named', () => {
  test('a value is changed', async () => {
    const { objects, told } = await repository()
    const text = objects.get(manifest(3))?.toString() ?? ''
    objects.set(manifest(3), Buffer.from(text.replace('"revision":"1234"', '"revision":"1235"')))
    assert.ok((await told()).includes(`changed ${manifest(3)}`))
  })

  test('a whole backup is forged, at the end, in the middle, and under another name', async () => {
    const { objects, told, store, trust, manifests } = await repository()
    const attacker = newSigner()
    await addSnapshot({ store, signer: attacker, trust })
    assert.ok((await told()).includes(`untrusted ${manifest(6)}`))
    objects.set(manifest(2), sealObject('manifest', manifests[1] ?? {}, attacker))
    assert.ok((await told()).includes(`untrusted ${manifest(2)}`))
    const text = objects.get(manifest(6))?.toString() ?? ''
    const id = trust.snapshots[0]?.id ?? ''
    objects.set(manifest(6), Buffer.from(text.replace(/ed25519 \w+/, `ed25519 ${id}`)))
    assert.ok((await told()).includes(`changed ${manifest(6)}`))
  })

  test('an old backup is replayed under a new name', async () => {
    const { objects, told } = await repository()
    objects.set(manifest(6), objects.get(manifest(2)) ?? assert.fail())
    assert.deepEqual(await told(), [`misplaced ${manifest(6)}`])
  })

  test('two backups change places', async () => {
    const { move, told } = await repository()
    move(manifest(2), 'keep')
    move(manifest(3), manifest(2))
    move('keep', manifest(3))
    const seen = (await told()).filter((one) => !one.startsWith('(stray'))
    assert.deepEqual(seen, [`misplaced ${manifest(2)}`, `misplaced ${manifest(3)}`])
  })

  test('one is deleted from the middle, or the first', async () => {
    for (const at of [1, 3]) {
      const { objects, told } = await repository()
      objects.delete(manifest(at))
      assert.equal((await told())[0], `missing ${manifest(at)}`)
    }
  })

  test('the newest are deleted or hidden: the anchor has seen them', async () => {
    const { objects, told, anchored } = await repository()
    const anchor = await anchored()
    objects.delete(manifest(5))
    objects.delete(manifest(4))
    assert.equal((await told([anchor]))[0], `rolled-back ${manifest(4)}`)
  })

  test('the newest are deleted: a record has seen them, even without an anchor', async () => {
    const { objects, told, record } = await repository()
    await record(1)
    objects.delete(manifest(5))
    assert.equal((await told())[0], `rolled-back ${manifest(5)}`)
  })

  test('the whole store is put back to an older state', async () => {
    const { objects, told, anchored, store, signer, trust } = await repository()
    const old = new Map(objects)
    await addSnapshot({ store, signer, trust })
    const anchor = await anchored()
    objects.clear()
    for (const [key, content] of old) objects.set(key, content)
    assert.deepEqual(await told([anchor]), [`rolled-back ${manifest(6)}`])
  })

  test('everything is deleted', async () => {
    const { objects, told, anchored } = await repository()
    const anchor = await anchored()
    objects.clear()
    assert.deepEqual(await told([anchor]), [`rolled-back ${manifest(1)}`])
  })

  test('history is written anew with the stolen key: the anchor has seen another', async () => {
    const { objects, told, anchored, store, signer, trust } = await repository()
    const anchor = await anchored()
    objects.delete(manifest(5))
    await addSnapshot({ store, signer, trust })
    assert.ok((await told([anchor])).includes(`replaced ${manifest(5)}`))
  })

  test('the repository of another cluster, of the same signer, is put in its place', async () => {
    const { objects, told, anchored, signer, trust } = await repository()
    const anchor = await anchored()
    objects.clear()
    const other = memoryStore(objects)
    for (let at = 0; at < 6; at += 1) await addSnapshot({ store: other, signer, trust })
    assert.deepEqual(await told(), [])
    assert.deepEqual(await told([anchor]), [`replaced ${manifest(5)}`])
  })

  test('one in the middle is signed anew with the stolen key', async () => {
    const { objects, told, signer, manifests } = await repository()
    objects.set(manifest(3), sealObject('manifest', { ...manifests[2], revision: '9' }, signer))
    assert.deepEqual(await told(), [`replaced ${manifest(3)}`])
  })

  test('data is deleted, cut or made longer', async () => {
    const { objects, told, manifests } = await repository()
    const [one, two, three] = manifests.map(({ data }) => data.object)
    objects.delete(one ?? '')
    objects.set(two ?? '', Buffer.alloc(3))
    objects.set(three ?? '', Buffer.alloc(300))
    assert.deepEqual(await told(), [
      `data-missing ${one}`,
      `data-length ${two}`,
      `data-length ${three}`,
    ])
  })

  test('keys are deleted', async () => {
    const { objects, read, manifests } = await repository()
    objects.delete(manifests[1]?.keys.object ?? '')
    const [told] = (await read()).problems
    assert.deepEqual([told?.code, told?.sequence], ['keys-missing', 2])
  })

  test('a record is deleted, forged or moved: a hold cannot vanish unseen', async () => {
    const { objects, told, record, move, store, signer, trust } = await repository()
    await record(2)
    await record(3)
    await record(3, 'verified')
    const kept = new Map(objects)
    const back = () => kept.forEach((content, key) => objects.set(key, content))
    objects.delete(linkName('records', 1))
    assert.deepEqual(await told(), [`missing ${linkName('records', 1)}`])
    back()
    move(linkName('records', 2), linkName('records', 4))
    assert.deepEqual(
      (await told()).toSorted(),
      [`misplaced ${linkName('records', 4)}`, `missing ${linkName('records', 2)}`].toSorted(),
    )
    back()
    objects.delete(linkName('records', 4))
    await addSnapshot({ store, signer, trust })
    objects.delete(linkName('records', 3))
    assert.deepEqual(await told(), [`rolled-back ${linkName('records', 3)}`])
  })

  test('a manifest stands as a record and a record as a manifest', async () => {
    const { objects, told, record } = await repository()
    await record(1)
    objects.set(linkName('records', 2), objects.get(manifest(1)) ?? assert.fail())
    objects.set(manifest(6), objects.get(linkName('records', 1)) ?? assert.fail())
    assert.deepEqual(await told(), [`changed ${manifest(6)}`, `changed ${linkName('records', 2)}`])
  })

  test('junk names, paths and giants cost a line each, and no memory', async () => {
    const { objects, told } = await repository()
    objects.set('manifests/../../etc/passwd', Buffer.from('x'))
    objects.set('manifests/000000000006.json.bak', Buffer.from('x'))
    objects.set('manifests/000000000000.json', Buffer.from('x'))
    objects.set('README', Buffer.from('x'))
    objects.set(manifest(7), Buffer.alloc(17 << 20, 'x'))
    objects.set(manifest(999_999_999_999), Buffer.from('{}\n'))
    assert.deepEqual((await told()).toSorted(), [
      '(unknown-name README)',
      `malformed ${manifest(999_999_999_999)}`,
      `too-large ${manifest(7)}`,
      'unknown-name manifests/../../etc/passwd',
      'unknown-name manifests/000000000000.json',
      'unknown-name manifests/000000000006.json.bak',
    ])
  })

  test('a thousand strangers are counted, not listed', async () => {
    const { objects, read } = await repository(1)
    for (let at = 0; at < 1000; at += 1) objects.set(`data/junk${at}`, Buffer.from('x'))
    const { problems } = await read()
    assert.equal(problems.length, 21)
    assert.match(problems.at(-1)?.message ?? '', /980 more/)
  })

  test('a thousand junk manifests are counted, not listed, and hide nothing', async () => {
    const { objects, read } = await repository(2)
    for (let at = 0; at < 1000; at += 1) objects.set(manifest(5000 + at), Buffer.from('junk'))
    objects.delete(manifest(1))
    const { problems, snapshots } = await read()
    assert.ok(problems.length < 60)
    assert.ok(problems.some(({ message }) => message.includes('950 more')))
    assert.equal(problems[0]?.code, 'missing')
    assert.deepEqual(
      snapshots.map(({ sequence }) => sequence),
      [2],
    )
  })

  test('a clock that jumped is an alarm', async () => {
    const { store, signer, trust, told } = await repository(2)
    await addSnapshot({ store, signer, trust, created: Date.parse('2031-01-01') })
    await addSnapshot({ store, signer, trust, created: START })
    assert.equal((await told()).length, 2)
    assert.match((await told())[0] ?? '', /^future-dated/)
    assert.match((await told())[1] ?? '', /^clock-back/)
  })
})
