// The restore of real members by the command: planned, proven down, replaced, proven again.
import assert from 'node:assert/strict'
import { readdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { Secret } from '../../src/core/secret.ts'
import { runManifests } from '../../src/lab/run-manifests.ts'
import { binariesFor, startCluster } from '../support/cluster.ts'
import { has, key, layCluster, put, read, restore, save } from '../support/restorable.ts'

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
  assert.match(alive.out, /answers/)
  assert.match(alive.out, /holds the data of m1/)
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

for (const [version, wal] of [
  ['3.5.16', false],
  ['3.5.30', true],
] as const)
  test(`three members of ${version} come back, watchers of old revisions are told`, async (t) => {
    const [binary] = (await binariesFor(t, [version])) ?? []
    if (!binary) return
    const cluster = await layCluster(t, binary, 3, wal)
    await cluster.start()
    await put(cluster, 'kept')
    const { id } = await cluster.etcd().lease.grant(600n)
    const file = await save(cluster)
    await put(cluster, 'lost')
    await cluster.stop()
    assert.equal((await restore(cluster, file, ...cluster.flags)).code, 0)
    const proving = restore(cluster, '--wait', '60s')
    await cluster.start()
    const proven = await proving
    assert.equal(proven.code, 0, proven.out + proven.err)
    const { outcome, plan } = read(proven.out)
    assert.equal(outcome?.proven?.members, 3)
    assert.equal(outcome?.kept.length, wal ? 6 : 3)
    const etcd = cluster.etcd()
    assert.equal(await has(cluster, 'kept'), true)
    assert.equal(await has(cluster, 'lost'), false)
    assert.deepEqual(await etcd.lease.list(), [id])
    const startRevision = BigInt(plan.content.revision) + 1n
    const watching = async () => {
      for await (const { events } of etcd.watch({ key: key('kept'), startRevision }))
        assert.deepEqual(events, [])
    }
    await assert.rejects(watching, /compacted/)
  })

test('etcd 3.4 comes back by its own tool, revisions as they were', async (t) => {
  const [binary] = (await binariesFor(t, ['3.4.23'])) ?? []
  if (!binary) return
  const cluster = await layCluster(t, binary, 1)
  await cluster.start()
  await put(cluster, 'kept')
  const file = await save(cluster)
  await cluster.stop()
  const placed = await restore(
    cluster,
    file,
    '--no-bump',
    '--etcd-version',
    '3.4.23',
    ...cluster.flags,
  )
  assert.equal(placed.code, 0, placed.out + placed.err)
  assert.equal(read(placed.out).plan.bump, undefined)
  await cluster.start()
  const proven = await restore(cluster)
  assert.equal(read(proven.out).outcome?.as, 'restored', proven.out)
  assert.equal(await has(cluster, 'kept'), true)
})

test('with users on, root proves; without a password the members are left as restored', async (t) => {
  const [binary] = (await binariesFor(t, ['3.5.30'])) ?? []
  if (!binary) return
  const cluster = await layCluster(t, binary, 1)
  await cluster.start()
  await put(cluster, 'kept')
  const password = join(cluster.directory, 'password')
  await writeFile(password, 'first')
  const root = ['--user', 'root', '--password-file', password]
  const { auth } = cluster.etcd()
  await auth.userAdd('root', new Secret('first'))
  await auth.roleAdd('root')
  await auth.userGrantRole('root', 'root')
  await auth.enable()
  const file = await save(cluster, ...root)
  await cluster.stop()
  const placed = await restore(cluster, file, ...cluster.flags)
  assert.equal(placed.code, 0, placed.out + placed.err)
  assert.match(placed.out, /old passwords hold again/)
  await cluster.start()
  const denied = await restore(cluster)
  assert.equal(denied.code, 4, denied.out)
  const proven = await restore(cluster, ...root)
  assert.equal(read(proven.out).outcome?.as, 'restored', proven.out)
})

test('a restore that was not proven is taken back', async (t) => {
  const [binary] = (await binariesFor(t, ['3.5.30'])) ?? []
  if (!binary) return
  const cluster = await layCluster(t, binary, 1, true)
  await cluster.start()
  await put(cluster, 'kept')
  const file = await save(cluster)
  await put(cluster, 'later')
  await cluster.stop()
  assert.equal((await restore(cluster, file, ...cluster.flags)).code, 0)
  await cluster.start()
  assert.equal((await restore(cluster, '--rollback')).code, 2)
  await cluster.stop()
  const back = await restore(cluster, '--rollback')
  assert.equal(back.code, 0, back.out + back.err)
  assert.equal(read(back.out).outcome?.as, 'rolled-back')
  await cluster.start()
  assert.equal(await has(cluster, 'later'), true)
})

test('a newer tool restores for an older etcd only after that one has started on it', async (t) => {
  const [binary] = (await binariesFor(t, ['3.4.23', '3.5.30'])) ?? []
  if (!binary) return
  const cluster = await layCluster(t, binary, 1)
  await cluster.start()
  await put(cluster, 'kept')
  const file = await save(cluster)
  await cluster.stop()
  const placed = await restore(cluster, file, '--etcd-version', '3.4.23', ...cluster.flags)
  assert.equal(placed.code, 0, placed.out + placed.err)
  const { plan } = read(placed.out)
  assert.equal(plan.bump, '1000000000')
  assert.notEqual(plan.tool.version, plan.etcd?.version)
  await cluster.start()
  const proven = await restore(cluster)
  assert.equal(read(proven.out).outcome?.as, 'restored', proven.out)
  assert.equal(await has(cluster, 'kept'), true)
})

test('static pods over TLS, as their manifests say, proven with a client of the host', async (t) => {
  const cluster = await startCluster(t, { members: 3 })
  if (!cluster) return
  const row = Buffer.from('/registry/things/default/kept')
  await cluster.etcd.kv.put({ key: row, value: Buffer.from('kept') })
  const { ca, certificate, key } = cluster.client
  const tls = ['--cacert', ca, '--cert', certificate, '--key', key]
  const file = await save(
    { directory: cluster.directory, endpoints: [cluster.members[0]?.clientUrl ?? ''] },
    ...tls,
  )
  await cluster.etcd.kv.delete({ key: row })
  await cluster.processes.stop(0)
  const args = [file, '--manifests', cluster.manifests]
  const placed = await restore(cluster, ...args)
  assert.equal(read(placed.out).outcome?.as, 'waiting', placed.out)
  const binaries = (await binariesFor(t)) ?? []
  const logs = join(cluster.directory, 'logs')
  const again = runManifests(cluster.ports, {
    manifests: cluster.manifests,
    logs,
    binaries,
    note: () => undefined,
  })
  t.after(() => again.stop(0))
  const proven = await restore(cluster, ...args, '--wait', '60s')
  assert.equal(read(proven.out).outcome?.proven?.members, 3, proven.out)
  assert.equal((await cluster.etcd.kv.range({ key: row })).kvs.length, 1)
})
