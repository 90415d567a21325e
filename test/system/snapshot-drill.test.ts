// `snapshot drill` with real etcd: users, leases, old revisions, alarms; what does not pass; what is left behind.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { startMember } from '../../src/backup/drill/start-member.ts'
import { Secret } from '../../src/core/secret.ts'
import type { DrillResult } from '../../src/cli/drilling/drill-result.ts'
import type { Listing } from '../../src/repository/listing.ts'
import { binariesFor } from '../support/cluster.ts'
import { eventually } from '../support/eventually.ts'
import { type OneMember, startOneMember } from '../support/one-member.ts'
import { saveSnapshot } from '../support/save-snapshot.ts'
import { session } from '../support/session.ts'
import { wire } from '../../src/wiring.ts'

const VERSIONS = ['3.4.23', '3.5.16', '3.5.30'] as const
const MARKER = 'marker-51c7'

async function place(t: TestContext): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'etcdkeep-drill-test-'))
  t.after(() => rm(directory, { recursive: true, force: true }))
  return directory
}

const put = (member: OneMember, key: string, value: string) =>
  member.etcd.kv.put({ key: Buffer.from(key), value: Buffer.from(`${MARKER} ${value}`) })

async function populate(member: OneMember): Promise<void> {
  const { etcd } = member
  for (let index = 0; index < 60; index += 1)
    await put(member, `/registry/pods/ns/p${index % 25}`, `value ${index}`)
  await etcd.kv.compact(30n)
  await etcd.kv.delete({ key: Buffer.from('/registry/pods/ns/p3') })
  await etcd.kv.put({
    key: Buffer.from('/registry/secrets/ns/a'),
    value: Buffer.from(`k8s:enc:aescbc:v1:key1:${MARKER} not really encrypted`),
  })
  const { id } = await etcd.lease.grant(1n)
  await etcd.kv.put({ key: Buffer.from('/short'), value: Buffer.from('x'), lease: id })
}

async function switchUsersOn({ etcd }: OneMember): Promise<void> {
  await etcd.auth.userAdd('root', new Secret(`${MARKER}-root`))
  await etcd.auth.roleAdd('root')
  await etcd.auth.userGrantRole('root', 'root')
  await etcd.auth.userAdd('client')
  await etcd.auth.userGrantRole('client', 'root')
  await etcd.auth.enable()
}

interface Keys {
  readonly repository: string
  readonly write: readonly string[]
  readonly read: readonly string[]
  readonly directory: string
}

async function keysIn(directory: string): Promise<Keys> {
  const made = await session(['snapshot', 'keygen', '--directory', directory, '-o', 'json'])
  const { made: files } = JSON.parse(made.out) as {
    made: { what: string; file: string; public: string }[]
  }
  const one = (what: string) => files.find((file) => file.what === what)
  const repository = join(directory, 'repository')
  const signing = one('signing key')?.file ?? ''
  return {
    repository,
    directory,
    write: [
      `--repository=${repository}`,
      `--sign-with=${signing}`,
      `--recipient=${one('identity')?.public}`,
    ],
    read: [
      `--repository=${repository}`,
      `--sign-with=${signing}`,
      `--identity=${one('identity')?.file}`,
    ],
  }
}

const memberFlags = ({ files, endpoint }: OneMember) => [
  `--endpoints=${endpoint}`,
  `--cacert=${files.ca}`,
  `--cert=${files.certificate}`,
  `--key=${files.key}`,
]

async function save(member: OneMember, { write }: Keys): Promise<void> {
  const done = await session(['snapshot', 'save', ...write, ...memberFlags(member)])
  assert.equal(done.code, 0, done.err)
}

async function drill(...flags: readonly string[]): Promise<DrillResult & { code: number }> {
  const done = await session(['snapshot', 'drill', ...flags, '-o', 'json'])
  assert.ok(done.code < 2, done.err)
  assert.ok(!done.out.includes(MARKER) && !done.err.includes(MARKER))
  return { code: done.code, ...(JSON.parse(done.out) as DrillResult) }
}

const leftIn = async (scratch: string) =>
  (await readdir(scratch)).filter((name) => name.startsWith('etcdkeep-drill-'))

for (const version of VERSIONS)
  for (const users of [false, true])
    test(`${version}, users ${users ? 'on' : 'off'}: a repository's snapshot restores, and the evidence is kept`, async (t) => {
      const [binary] = (await binariesFor(t, [version])) ?? []
      if (!binary) return
      const directory = await place(t)
      const member = await startOneMember(binary)
      t.after(() => member.stop())
      await populate(member)
      if (users) await switchUsersOn(member)
      const keys = await keysIn(directory)
      await save(member, keys)
      const config = join(directory, 'encryption.yaml')
      const secret = Buffer.alloc(32, 7).toString('base64')
      await writeFile(
        config,
        `apiVersion: apiserver.config.k8s.io/v1\nkind: EncryptionConfiguration\nresources:\n- resources: [secrets]\n  providers:\n  - aescbc:\n      keys:\n      - {name: key1, secret: ${secret}}\n`,
      )
      const { code, drills } = await drill(...keys.read, `--encryption-config=${config}`)
      const [found] = drills
      assert.ok(found)
      assert.deepEqual(
        found.checks.map((one) => `${one.check} ${one.verdict}`),
        ['open', 'restore', 'boot', 'hash-kv', 'counts', 'rows', 'write', 'encryption-keys'].map(
          (name) => `${name} pass`,
        ),
      )
      assert.deepEqual([code, found.passed, found.recorded, found.etcd], [0, true, true, version])
      assert.deepEqual(found.encryptionKeys, [{ name: 'aescbc:key1', onHand: true }])
      assert.match(found.checks[3]?.detail ?? '', /as the old member had it/)
      assert.equal(
        found.notices.some((one) => one.includes('passwords come back')),
        users,
      )
      const { recovery, open, restore, boot } = found.seconds
      assert.ok(boot > 0 && Math.abs(recovery - open - restore - boot) < 0.01)
      const listed = await session(['snapshot', 'list', ...keys.read.slice(0, 2), '-o', 'json'])
      const [snapshot] = (JSON.parse(listed.out) as Listing).snapshots
      assert.equal(snapshot?.drilled?.passed, true)
      const record = await readFile(join(keys.repository, 'records/000000000001.json'), 'utf8')
      assert.match(record, /etcdkeep\.drill-evidence\/v1.*\ned25519 /s)
      assert.ok(!record.includes(MARKER))
    })

test('a snapshot that does not pass is told with the reason, recorded, and the others are drilled', async (t) => {
  const [binary] = (await binariesFor(t)) ?? []
  if (!binary) return
  const directory = await place(t)
  const member = await startOneMember(binary)
  t.after(() => member.stop())
  await populate(member)
  const keys = await keysIn(directory)
  await save(member, keys)
  await put(member, '/registry/pods/ns/later', 'x')
  await save(member, keys)
  const data = join(keys.repository, 'data')
  const [first = ''] = (await readdir(data)).toSorted()
  const bytes = await readFile(join(data, first))
  bytes.writeUInt8(bytes.readUInt8(100) ^ 1, 100)
  await writeFile(join(data, first), bytes)
  const { code, drills } = await drill(...keys.read, '--all', `--scratch=${directory}`)
  assert.equal(code, 1)
  assert.deepEqual(
    drills.map((one) => [one.sequence, one.passed, one.recorded, one.checks[0]?.verdict]),
    [
      [2, true, true, 'pass'],
      [1, false, true, 'fail'],
    ],
  )
  assert.equal(drills[0]?.scratch, 'disk')
  assert.deepEqual(await leftIn(directory), [])
  const again = await drill(...keys.read, '--all', '--unless-within=1h')
  assert.deepEqual(again.skipped, [2])
  const late = await drill(...keys.read, '--rto=1ms', '--rpo=0s')
  const [judged] = late.drills
  assert.deepEqual([late.code, judged?.passed], [1, false])
  assert.deepEqual(
    judged?.checks.slice(-2).map((one) => [one.check, one.verdict]),
    [
      ['recovery-time', 'fail'],
      ['loss-window', 'fail'],
    ],
  )
  const stranger = await keysIn(join(directory, 'stranger'))
  const other = stranger.read.filter((flag) => flag.startsWith('--identity'))
  const denied = await session(['snapshot', 'drill', ...keys.read.slice(0, 2), ...other])
  assert.equal(denied.code, 4, denied.err)
})

test('a file drills, with an alarm in it too; a key that is not on hand and a cut file do not pass', async (t) => {
  const [binary] = (await binariesFor(t)) ?? []
  if (!binary) return
  const directory = await place(t)
  const member = await startOneMember(binary, { flags: ['--quota-backend-bytes=2000000'] })
  t.after(() => member.stop())
  await populate(member)
  await assert.rejects(async () => {
    for (let index = 0; ; index += 1)
      await member.etcd.kv.put({ key: Buffer.from(`/big/${index}`), value: Buffer.alloc(400_000) })
  })
  const file = join(directory, 'a.db')
  const bytes = await saveSnapshot(member.etcd, member.endpoint)
  await writeFile(file, bytes)
  const fine = await drill(file)
  assert.equal(fine.code, 0, JSON.stringify(fine.drills))
  assert.match(fine.drills[0]?.notices.join() ?? '', /alarm NOSPACE comes back/)
  // A copy of the database has no SHA-256.
  await writeFile(file, bytes.subarray(0, -32))
  assert.equal((await drill(file)).code, 0)
  const config = join(directory, 'encryption.yaml')
  await writeFile(
    config,
    'apiVersion: apiserver.config.k8s.io/v1\nkind: EncryptionConfiguration\nresources:\n- resources: [secrets]\n  providers:\n  - kms: {apiVersion: v2, name: vault, endpoint: "unix:///x"}\n',
  )
  const locked = await drill(file, `--encryption-config=${config}`)
  assert.equal(locked.code, 1)
  assert.deepEqual(locked.drills[0]?.encryptionKeys, [{ name: 'aescbc:key1', onHand: false }])
  await writeFile(file, bytes.subarray(0, -4096))
  const cut = await drill(file)
  assert.deepEqual([cut.code, cut.drills[0]?.checks.length], [1, 1])
})

test('what a killed drill left behind goes with the next one, and its etcd with itself', async (t) => {
  const [binary] = (await binariesFor(t)) ?? []
  if (!binary) return
  const directory = await place(t)
  const member = await startOneMember(binary)
  t.after(() => member.stop())
  await populate(member)
  const file = join(directory, 'a.db')
  await writeFile(file, await saveSnapshot(member.etcd, member.endpoint))
  const main = join(import.meta.dirname, '../../src/cli/main.ts')
  const argv = ['snapshot', 'drill', file, `--scratch=${directory}`]
  const child = spawn(process.execPath, [main, ...argv], { stdio: 'ignore' })
  const exited = once(child, 'exit')
  await eventually('it lays its directory', async () => (await leftIn(directory)).length > 0)
  const [left = ''] = await leftIn(directory)
  child.kill('SIGKILL')
  await exited
  assert.deepEqual(await leftIn(directory), [left])
  assert.equal((await drill(file, `--scratch=${directory}`)).code, 0)
  assert.deepEqual(await leftIn(directory), [])
})

test('nobody but the drill talks to its member: not without a certificate, and its own key lies nowhere', async (t) => {
  const [binary] = (await binariesFor(t)) ?? []
  if (!binary) return
  const directory = await place(t)
  const ports = wire()
  const [one = 0, two = 0] = await ports.loopback.freePorts(2)
  const [clientUrl, peerUrl] = [`https://127.0.0.1:${one}`, `https://127.0.0.1:${two}`]
  const started = await startMember(ports, {
    member: { name: 'drill', clientUrl, peerUrl },
    program: binary.etcd,
    directory,
    size: 0,
    signal: new AbortController().signal,
  })
  t.after(() => started.stop())
  await started.etcd.kv.put({ key: Buffer.from('a'), value: Buffer.from('b') })
  const ca = await readFile(join(directory, 'ca.crt'), 'utf8')
  const bare = ports.etcd.connect({ endpoints: [clientUrl], tls: { ca } })
  t.after(() => bare.close())
  await assert.rejects(bare.kv.range({ key: Buffer.from('a') }))
  const plain = ports.etcd.connect({ endpoints: [clientUrl.replace('https', 'http')] })
  t.after(() => plain.close())
  await assert.rejects(plain.kv.range({ key: Buffer.from('a') }))
  const names = await readdir(directory)
  assert.deepEqual(
    names.filter((name) => name.endsWith('.key')),
    ['server.key'],
  )
})
