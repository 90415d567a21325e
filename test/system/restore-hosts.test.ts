// Members on several hosts: a run on each, with the same snapshot, cluster and token.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { binariesFor } from '../support/cluster.ts'
import { has, layCluster, put, read, restore, save } from '../support/restorable.ts'

test('three runs, each with a member of its own, make one cluster', async (t) => {
  const [binary] = (await binariesFor(t, ['3.5.30'])) ?? []
  if (!binary) return
  const cluster = await layCluster(t, binary, 3)
  await cluster.start()
  await put(cluster, 'kept')
  const file = await save(cluster)
  await cluster.stop()
  const members = cluster.flags.filter((flag) => flag !== '--member')
  const all = members.map((text) => text.replace(/^name=([^,]+),.*peer-url=([^,]+),.*$/, '$1=$2'))
  const host = (index: number) => ({ directory: join(cluster.directory, `host-${index}`) })
  const same = ['--cluster', all.join(','), '--token', 'one-for-all']
  for (const [index, member] of members.entries()) {
    const placed = await restore(host(index), file, '--member', member, ...same)
    assert.equal(read(placed.out).outcome?.as, 'waiting', placed.out)
    assert.match(placed.out, /--token one-for-all --cluster/)
  }
  await cluster.start()
  for (const index of members.keys()) {
    const proven = await restore(host(index))
    assert.equal(read(proven.out).outcome?.proven?.members, 3, proven.out)
  }
  assert.equal(await has(cluster, 'kept'), true)
})
