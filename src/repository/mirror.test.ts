import assert from 'node:assert/strict'
import { test } from 'node:test'
import { memoryStore } from '../../test/support/memory-store.ts'
import { addSnapshot, HOUR, newSigner, START, trusting } from '../../test/support/repository.ts'
import { appendRecord } from './append-record.ts'
import { mirrorAll, mirrorRecords } from './mirror.ts'
import { dataName, keysName, linkName } from './names.ts'
import { readChain } from './read-chain.ts'

const now = new Date(START + 100 * HOUR)

async function repository() {
  const [from, to] = [memoryStore(), memoryStore()]
  const signer = newSigner()
  const trust = trusting(signer)
  for (let at = 0; at < 3; at += 1) {
    const { sequence, id } = await addSnapshot({ store: from, signer, trust })
    const snapshot = { sequence, id }
    await appendRecord(
      from,
      { kind: 'verified', snapshot, depth: 'stored' },
      { signer, trust, now },
    )
  }
  const chain = () => readChain(from, { trust, now })
  const sync = async () => {
    const { snapshots, records } = await chain()
    return mirrorAll(snapshots, records, { from, to, trust })
  }
  return { from, to, signer, trust, chain, sync }
}

test('a copy that lagged behind has everything, and a second time nothing is copied', async () => {
  const { from, to, sync } = await repository()
  to.objects.set('data/of-somebody-else', Buffer.from('x'))
  assert.equal((await sync()).copied.length, 12)
  for (const [name, content] of from.objects) assert.deepEqual(to.objects.get(name), content)
  assert.deepEqual(await sync(), { copied: [], removed: [] })
})

test('what was pruned in the first store goes in the copy, and nothing else', async () => {
  const { from, to, signer, trust, chain, sync } = await repository()
  await sync()
  const { sequence, manifest } = (await chain()).snapshots[0] ?? assert.fail()
  const snapshot = { sequence, id: manifest.id }
  await appendRecord(
    from,
    { kind: 'pruned', snapshot, reason: 'retention' },
    { signer, trust, now },
  )
  const names = [dataName(1, manifest.id), keysName(1, manifest.id, 0)]
  for (const name of names) from.objects.delete(name)
  assert.deepEqual((await sync()).removed, names)
  assert.deepEqual((await readChain(to, { trust, now })).problems, [])
})

test('a changed object is never spread', async () => {
  const { from, to, chain, sync } = await repository()
  const { manifest } = (await chain()).snapshots[1] ?? assert.fail()
  from.objects.set(manifest.data.object, Buffer.alloc(manifest.data.length))
  await assert.rejects(sync(), { kind: 'corrupt', code: 'repository.data-changed' })
  assert.equal(to.objects.has(manifest.data.object), false)
  const other = await repository()
  other.from.objects.set(linkName('records', 2), Buffer.from('junk'))
  await other.sync()
  assert.equal(other.to.objects.has(linkName('records', 2)), false)
})

test('records come before the manifest that names them', async () => {
  const { from, to, trust } = await repository()
  assert.deepEqual(await mirrorRecords(2, { from, to, trust }), [
    linkName('records', 1),
    linkName('records', 2),
  ])
})
