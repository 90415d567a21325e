// What the survey reads out of real snapshots, against what the living member says.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { Secret } from '../../src/core/secret.ts'
import type { Etcd } from '../../src/ports/etcd.ts'
import { Survey } from '../../src/snapshot/survey.ts'
import { binariesFor } from '../support/cluster.ts'
import { eventually } from '../support/eventually.ts'
import { startOneMember, type OneMember } from '../support/one-member.ts'
import { saveSnapshot } from '../support/save-snapshot.ts'

const VERSIONS = ['3.4.23', '3.5.16', '3.5.30'] as const
const key = (name: string) => Buffer.from(name)

function surveyed(snapshot: Buffer) {
  const survey = new Survey({ length: snapshot.length - 32 })
  for (let at = 0; at < snapshot.length - 32; at += 32_768)
    survey.write(snapshot.subarray(at, Math.min(at + 32_768, snapshot.length - 32)))
  return survey.finish()
}

/**
 * The survey's hash against HashKV of the member it came from. At the compact revision itself etcd refuses (3.4) or
 * answers what it had computed before it compacted, and names the compact revision of then (3.5): no such pair is
 * compared.
 */
async function agrees({ etcd, endpoint }: OneMember, when: string) {
  const found = surveyed(await saveSnapshot(etcd, endpoint))
  const atCompaction = found.revision === (found.compact.scheduled ?? -1n)
  const said = await etcd.maintenance.hashKv(endpoint, found.revision).catch((thrown: unknown) => {
    if (!atCompaction) throw thrown
    return undefined
  })
  assert.ok('hash' in found.hashKv, when)
  assert.equal(found.hashKv.revision, String(found.revision))
  if (said && String(said.compactRevision) === found.hashKv.compactRevision)
    assert.equal(found.hashKv.hash, said.hash, when)
  else assert.ok(atCompaction, when)
  const { count } = await etcd.kv.range({ key: key('\0'), rangeEnd: key('\0'), countOnly: true })
  assert.equal(found.keys, Number(count), when)
  return found
}

/** Numbers without chance: the same run every time. */
function* numbers() {
  for (let state = 1; ;) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff
    yield state >>> 8
  }
}

async function change(etcd: Etcd, next: () => number): Promise<void> {
  const name = () => key(`/registry/pods/ns/${next() % 40}`)
  const kind = next() % 10
  if (kind < 5) await etcd.kv.put({ key: name(), value: Buffer.alloc(next() % 9000, 'x') })
  else if (kind < 8) await etcd.kv.delete({ key: name() })
  else
    await etcd.kv.txn({
      success: [
        { put: { key: key(`/a/${next()}`), value: key('1') } },
        { put: { key: key(`/b/${next()}`), value: key('2') } },
        { delete: { key: name() } },
      ],
    })
}

for (const version of VERSIONS)
  test(`${version}: hash and living keys equal the member's through puts, deletes, compactions and defragmentation`, async (t) => {
    const [binary] = (await binariesFor(t, [version])) ?? []
    if (!binary) return
    const member = await startOneMember(binary)
    t.after(() => member.stop())
    const { etcd, endpoint } = member
    const source = numbers()
    const next = () => source.next().value ?? 0
    await agrees(member, 'before the first write')
    for (let round = 0; round < 25; round += 1) {
      for (let turn = 0; turn < 20; turn += 1) await change(etcd, next)
      const { header } = await etcd.kv.range({ key: key('x') })
      if (round % 3 === 1)
        await etcd.kv.compact(header.revision - BigInt(next() % 8), round % 2 === 0)
      if (round === 12) await etcd.maintenance.defragment(endpoint)
      await agrees(member, `round ${round}`)
    }
  })

for (const version of VERSIONS)
  test(`${version}: a keyspace that was emptied and compacted has a hash or a reason, never a wrong hash`, async (t) => {
    const [binary] = (await binariesFor(t, [version])) ?? []
    if (!binary) return
    const member = await startOneMember(binary)
    t.after(() => member.stop())
    const { etcd, endpoint } = member
    await etcd.kv.put({ key: key('a'), value: key('1') })
    const { header } = await etcd.kv.delete({ key: key('a') })
    await agrees(member, 'emptied')
    for (const physical of [false, true]) {
      if (physical) await etcd.kv.put({ key: key('a'), value: key('1') })
      const last = physical ? (await etcd.kv.delete({ key: key('a') })).header : header
      await etcd.kv.compact(last.revision, physical)
      const found = surveyed(await saveSnapshot(etcd, endpoint))
      const there = await etcd.maintenance.hashKv(endpoint, last.revision).catch(() => undefined)
      t.diagnostic(JSON.stringify([found.hashKv, there?.hash]))
      assert.equal(found.revision, last.revision)
      if ('hash' in found.hashKv && there) assert.equal(found.hashKv.hash, there.hash)
    }
  })

for (const version of VERSIONS)
  test(`${version}: a bumped restore is read before and after its first start`, async (t) => {
    const [binary] = (await binariesFor(t, [version])) ?? []
    if (!binary?.etcdutl) return t.skip('this version restores without a bump')
    const member = await startOneMember(binary)
    t.after(() => member.stop())
    const source = numbers()
    for (let turn = 0; turn < 60; turn += 1)
      await change(member.etcd, () => source.next().value ?? 0)
    const file = join(member.directory, 'snapshot.db')
    await writeFile(file, await saveSnapshot(member.etcd, member.endpoint))
    const before = await agrees(member, 'before')
    const restored = join(member.directory, 'restored')
    const bump = ['--bump-revision=1000000000', '--mark-compacted']
    await promisify(execFile)(binary.etcdutl, [
      'snapshot',
      'restore',
      file,
      `--data-dir=${restored}`,
      ...bump,
    ])
    const bumped = surveyed(
      Buffer.concat([await readFile(join(restored, 'member/snap/db')), Buffer.alloc(32)]),
    )
    const revision = before.revision + 1_000_000_000n
    assert.deepEqual([bumped.revision, bumped.compact.scheduled], [revision, revision])
    assert.equal(bumped.keys, before.keys)
    const again = await startOneMember(binary, { flags: [`--data-dir=${restored}`] })
    t.after(() => again.stop())
    await again.etcd.kv.put({ key: key('/after'), value: key('1') })
    const after = await agrees(again, 'after')
    assert.equal(after.revision, revision + 1n)
    assert.equal(after.keys, Number(before.keys) + 1)
  })

test('leases, alarms, users, roles and members are those of the member', async (t) => {
  for (const binary of (await binariesFor(t, VERSIONS)) ?? []) {
    const member = await startOneMember(binary, { flags: ['--quota-backend-bytes=600000'] })
    t.after(() => member.stop())
    const { etcd } = member
    const { id } = await etcd.lease.grant(600n)
    await etcd.lease.grant(700n)
    await etcd.kv.put({ key: key('/registry/leases/a'), value: key('1'), lease: id })
    await etcd.kv.put({
      key: key('/registry/secrets/ns/a'),
      value: key('k8s:enc:kms:v2:vault:...'),
    })
    await etcd.auth.userAdd('root', new Secret('hunter2-root'))
    await etcd.auth.userAdd('client')
    await etcd.auth.roleAdd('root')
    await etcd.auth.roleAdd('reader')
    const permission = { type: 'read' as const, key: key('/r/'), rangeEnd: key('/r0') }
    await etcd.auth.roleGrantPermission('reader', permission)
    for (const user of ['root', 'client']) await etcd.auth.userGrantRole(user, 'root')
    await etcd.auth.enable()
    const full = { key: key('/big'), value: Buffer.alloc(400_000) }
    await assert.rejects(async () => {
      for (;;) await etcd.kv.put(full)
    }, /space exceeded/)
    await eventually('an alarm', async () => (await etcd.maintenance.alarms()).length === 1)
    const found = await agrees(member, binary.version)
    const [m1] = await etcd.cluster.memberList()
    assert.equal(found.contents.leases, 2)
    assert.deepEqual(found.contents.encryptionKeys, ['kms-v2:vault'])
    assert.deepEqual(found.contents.alarms, [`NOSPACE ${m1?.id.toString(16)}`])
    assert.equal(found.contents.authEnabled, true)
    assert.deepEqual(found.auth.users, [
      { name: 'client', roles: ['root'], password: false },
      { name: 'root', roles: ['root'], password: true },
    ])
    assert.deepEqual(found.auth.roles, [
      { name: 'reader', permissions: 1 },
      { name: 'root', permissions: 0 },
    ])
    assert.deepEqual(
      found.members.map(({ id, name, peerUrls }) => [id, name, peerUrls]),
      [[m1?.id.toString(16), 'm1', m1?.peerUrls]],
    )
    assert.ok(
      !JSON.stringify(found, (_, value) =>
        typeof value === 'bigint' ? `${value}` : value,
      ).includes('$2a$'),
    )
    assert.ok(found.consistentIndex !== undefined && found.consistentIndex > 0n)
  }
})
