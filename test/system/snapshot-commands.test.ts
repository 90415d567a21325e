// `snapshot inspect` and `snapshot diff` on snapshots of real members.
import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { Secret } from '../../src/core/secret.ts'
import type { SnapshotDiff } from '../../src/report/snapshot-diff.ts'
import type { SnapshotInspection } from '../../src/report/snapshot-inspection.ts'
import { binariesFor } from '../support/cluster.ts'
import { type OneMember, startOneMember } from '../support/one-member.ts'
import { saveSnapshot } from '../support/save-snapshot.ts'
import { session } from '../support/session.ts'

const VERSIONS = ['3.4.23', '3.5.16', '3.5.30'] as const
const MARKER = 'marker-8b1f'

async function scratch(t: TestContext): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'etcdkeep-snapshot-'))
  t.after(() => rm(directory, { recursive: true, force: true }))
  return directory
}

const put = (member: OneMember, key: string, value: string) =>
  member.etcd.kv.put({ key: Buffer.from(key), value: Buffer.from(`${MARKER}${value}`) })

async function saved(member: OneMember, path: string): Promise<string> {
  await writeFile(path, await saveSnapshot(member.etcd, member.endpoint))
  return path
}

async function populate(member: OneMember): Promise<void> {
  await put(member, '/registry/secrets/ns/db', 'one')
  await put(member, '/registry/secrets/ns/db', 'two')
  await put(member, '/registry/clusterrolebindings/evil', 'x')
  await put(member, '/registry/pods/ns/gone', 'x')
  await member.etcd.kv.delete({ key: Buffer.from('/registry/pods/ns/gone') })
  await member.etcd.lease.grant(600n)
  await member.etcd.auth.userAdd('alice', new Secret(`${MARKER}-alice`))
  await member.etcd.auth.userAdd('bob', new Secret(`${MARKER}-bob`))
}

for (const version of VERSIONS)
  test(`${version}: inspect tells what is in a snapshot, and finds what snapshot status passes`, async (t) => {
    const [binary] = (await binariesFor(t, [version])) ?? []
    if (!binary) return
    const member = await startOneMember(binary)
    t.after(() => member.stop())
    await populate(member)
    const file = await saved(member, join(await scratch(t), 'a.db'))
    const { code, out, err } = await session([
      'snapshot',
      'inspect',
      file,
      '-o',
      'json',
      '--hash-kv',
    ])
    assert.deepEqual([code, err], [0, ''])
    const found = JSON.parse(out) as SnapshotInspection
    const { hash } = await member.etcd.maintenance.hashKv(member.endpoint)
    assert.deepEqual(found.hashKv, { hash, revision: '6', compactRevision: '-1' })
    assert.deepEqual([found.schema, found.form], ['etcdkeep.snapshot-inspect/v1', 'snapshot'])
    assert.deepEqual([found.revision, found.keys, found.oldRevisions, found.leases], ['6', 2, 3, 1])
    assert.equal(found.sha256.verified, true)
    assert.deepEqual(
      found.prefixes?.map((one) => [one.prefix, one.resource, one.keys, one.oldRevisions]),
      [
        ['/registry/clusterrolebindings/', 'clusterrolebindings.rbac.authorization.k8s.io', 1, 0],
        ['/registry/secrets/', 'secrets', 1, 1],
        ['/registry/pods/', 'pods', 0, 2],
      ],
    )
    assert.deepEqual(
      found.auth.users.map(({ name }) => name),
      ['alice', 'bob'],
    )
    assert.ok(!/marker|\$2a\$/.test(out))
    const text = await session(['snapshot', 'inspect', file])
    assert.match(text.out, /a sound snapshot[\s\S]*verified[\s\S]*\/registry\/secrets\//)

    const bytes = await readFile(file)
    const broken = async (name: string, changed: Buffer) => {
      await writeFile(`${file}.${name}`, changed)
      const { code, err } = await session(['snapshot', 'inspect', `${file}.${name}`])
      assert.deepEqual([code, err.split('\n')[0]?.startsWith(`error: ${file}.${name}`)], [5, true])
    }
    const flipped = Buffer.from(bytes)
    flipped.writeUInt8(flipped.readUInt8(bytes.length - 5000) ^ 4, bytes.length - 5000)
    await broken('flipped', flipped)
    await broken('cut', bytes.subarray(0, bytes.length - 8192))
    await broken('junk', Buffer.concat([bytes, Buffer.from('junk')]))
  })

test('inspect of what is no snapshot is an error with its name', async (t) => {
  const directory = await scratch(t)
  await writeFile(join(directory, 'text'), 'not a database\n'.repeat(10_000))
  for (const [name, code] of [
    ['text', 5],
    ['absent', 2],
    ['.', 3],
  ] as const) {
    const done = await session(['snapshot', 'inspect', join(directory, name)])
    assert.equal(done.code, code, done.err)
    assert.match(done.err, /^error: .*\n(.*\n)*hint: /)
    assert.ok(!/ at .*\.ts/.test(done.err))
  }
})

for (const version of VERSIONS)
  test(`${version}: diff names what changed since a snapshot, and what its restore would bring back`, async (t) => {
    const [binary] = (await binariesFor(t, [version])) ?? []
    if (!binary) return
    const member = await startOneMember(binary)
    t.after(() => member.stop())
    await populate(member)
    const directory = await scratch(t)
    const before = await saved(member, join(directory, 'a.db'))
    await put(member, '/registry/secrets/ns/db', 'three')
    await member.etcd.kv.delete({ key: Buffer.from('/registry/clusterrolebindings/evil') })
    await put(member, '/registry/pods/ns/new', 'x')
    await member.etcd.auth.userDelete('alice')
    await member.etcd.auth.userChangePassword('bob', new Secret('another'))
    const after = await saved(member, join(directory, 'b.db'))
    const diff = async (...args: string[]) => {
      const { code, out, err } = await session(['snapshot', 'diff', ...args, '-o', 'json'])
      assert.ok(code < 2, err)
      assert.ok(!/marker|\$2a\$/.test(out))
      return { code, diff: JSON.parse(out) as SnapshotDiff }
    }
    const { files, endpoint } = member
    const live = [
      '--endpoints',
      endpoint,
      '--cacert',
      files.ca,
      '--cert',
      files.certificate,
      '--key',
      files.key,
    ]
    for (const other of [[after], live]) {
      const { code, diff: found } = await diff(before, ...other, '--detailed-exitcode')
      assert.equal(code, 1)
      assert.deepEqual(found.summary, { added: 1, changed: 1, removed: 1, unchanged: 0 })
      assert.deepEqual([found.from.revision, found.to.revision], ['6', '9'])
      assert.deepEqual(
        found.entries.map((one) => [one.change, one.resource, one.name, one.security]),
        [
          ['removed', 'clusterrolebindings.rbac.authorization.k8s.io', 'evil', 'rbac'],
          ['changed', 'secrets', 'db', 'secrets'],
          ['added', 'pods', 'new', undefined],
        ],
      )
      const password =
        other.length === 1 ? [{ name: 'bob', change: 'changed', what: ['password'] }] : []
      assert.deepEqual(found.security.etcd?.users, [
        { name: 'alice', change: 'removed' },
        ...password,
      ])
    }
    assert.equal((await diff(after, ...live, '--detailed-exitcode')).code, 0)
    assert.equal((await diff(after, after)).diff.same, true)
    const text = await session(['snapshot', 'diff', before, after])
    assert.match(text.out, /clusterrolebindings evil: comes back[\s\S]*user alice: comes back/)
    const bytes = await readFile(after)
    await writeFile(after, bytes.subarray(0, -40))
    const cut = await session(['snapshot', 'diff', before, after])
    assert.equal(cut.code, 5)
    assert.match(cut.err, /b\.db/)
  })
