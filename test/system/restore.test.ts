// The restore of real members by the command: planned, proven down, replaced, proven again.
import assert from 'node:assert/strict'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { binariesFor } from '../support/cluster.ts'
import { layCluster, type Restorable } from '../support/restorable.ts'
import { session } from '../support/session.ts'

const key = (name: string) => Buffer.from(`/registry/things/default/${name}`)
const put = async (cluster: Restorable, ...names: readonly string[]) => {
  const etcd = cluster.etcd()
  for (const name of names) await etcd.kv.put({ key: key(name), value: Buffer.from(name) })
}
const save = async (cluster: Restorable): Promise<string> => {
  const file = join(cluster.directory, 'etcd.db')
  const [endpoint = ''] = cluster.endpoints
  const saved = await session(['snapshot', 'save', '--output', file, '--endpoints', endpoint])
  assert.equal(saved.code, 0, saved.err)
  return file
}
const restore = (cluster: Restorable, ...args: readonly string[]) =>
  session([
    'snapshot',
    'restore',
    '--state',
    join(cluster.directory, 'state'),
    '--yes',
    '-o',
    'json',
    ...args,
  ])
const has = async (cluster: Restorable, name: string) =>
  (await cluster.etcd().kv.range({ key: key(name) })).kvs.length === 1

interface Told {
  readonly outcome?: { as: string; kept: readonly string[]; proven?: { members: number } }
  readonly plan: { readonly bump?: string; readonly content: { readonly revision: string } }
  readonly gap?: string
  readonly error?: { readonly code: string }
}
const read = (text: string) => JSON.parse(text) as Told

test('one member comes back from a file, its old data aside', async (t) => {
  const [binary] = (await binariesFor(t, ['3.5.30'])) ?? []
  if (!binary) return
  const cluster = await layCluster(t, binary, 1)
  await cluster.start()
  await put(cluster, 'kept')
  const file = await save(cluster)
  await put(cluster, 'lost')

  const alive = await restore(cluster, file, ...cluster.flags)
  assert.equal(alive.code, 2, alive.out)
  assert.equal(read(alive.out).error?.code, 'restore.alive')
  await cluster.stop()

  const before = await readdir(cluster.dataDirectory(0))
  const dry = await restore(cluster, file, '--dry-run', ...cluster.flags)
  assert.equal(dry.code, 0, dry.err)
  assert.equal(read(dry.out).gap, '1')
  assert.deepEqual(await readdir(cluster.dataDirectory(0)), before)

  const placed = await restore(cluster, file, ...cluster.flags)
  assert.equal(placed.code, 0, placed.out + placed.err)
  const { outcome, plan } = read(placed.out)
  assert.equal(outcome?.as, 'waiting')
  const names = await readdir(cluster.dataDirectory(0))
  assert.equal(names.length, 2, String(names))
  assert.deepEqual(await readdir(join(cluster.directory, 'state')), ['restore.jsonl'])
  assert.equal((await stat(join(cluster.dataDirectory(0), 'member/snap/db'))).mode & 0o777, 0o600)

  await cluster.start()
  const proven = await restore(cluster)
  assert.equal(proven.code, 0, proven.out + proven.err)
  assert.equal(read(proven.out).outcome?.as, 'restored')
  assert.equal(await has(cluster, 'kept'), true)
  assert.equal(await has(cluster, 'lost'), false)
  const { header } = await cluster.etcd().kv.range({ key: key('kept') })
  assert.ok(header.revision >= BigInt(plan.content.revision) + 1_000_000_000n)
})
