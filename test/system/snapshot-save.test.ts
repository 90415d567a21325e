// Snapshots of every real etcd at hand, saved while its cluster lives, changes leader and loses members.
import assert from 'node:assert/strict'
import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { fillKeyspace } from '../../bench/keyspace.ts'
import { installedEtcds } from '../../src/adapters/binaries/etcd-binaries.ts'
import { saveFile } from '../../src/backup/save-file.ts'
import { Secret } from '../../src/core/secret.ts'
import type { Etcd, EtcdTarget } from '../../src/ports/etcd.ts'
import { wire } from '../../src/wiring.ts'
import { BEHAVIOURS, startBadServer } from '../support/bad-servers.ts'
import { startCluster, type Cluster } from '../support/cluster.ts'
import { eventually } from '../support/eventually.ts'
import { startOneMember } from '../support/one-member.ts'
import {
  credentialFlags,
  interrupted,
  restores,
  save,
  scratch,
  takeOptions,
} from '../support/saving.ts'

const bytes = (text: string) => Buffer.from(text)
const binaries = await installedEtcds()
const newest = binaries.at(-1)

async function authOn(etcd: Etcd): Promise<void> {
  await etcd.auth.userAdd('root', new Secret('correct horse'))
  await etcd.auth.userGrantRole('root', 'root')
  await etcd.auth.enable()
}

for (const binary of binaries)
  describe(`etcd ${binary.version}`, () => {
    test('one member, with leases, deletions, a compaction, then authentication', async (t) => {
      const member = await startOneMember(binary)
      t.after(() => member.stop())
      const directory = await scratch(t)
      const { kv, lease } = member.etcd
      const { id } = await lease.grant(3600n)
      for (let index = 0; index < 50; index += 1)
        await kv.put({
          key: bytes(`/k${index % 20}`),
          value: bytes(`v${index}`),
          lease: index % 2 ? id : 0n,
        })
      await kv.delete({ key: bytes('/k3') })
      await kv.compact(30n, true)
      const first = join(directory, 'first.db')
      const { code, result } = await save(`--output=${first}`, ...credentialFlags(member))
      assert.equal(code, 0)
      assert.equal(result.revision, '52')
      assert.deepEqual([result.contents.leases, result.contents.authEnabled], [1, false])
      assert.ok('hash' in result.hashKv, JSON.stringify(result.hashKv))
      assert.ok(restores(newest?.etcdutl ?? binary.etcdctl, first, join(directory, 'first')))

      await authOn(member.etcd)
      const refused = await save(`--output=${join(directory, 'no.db')}`, ...credentialFlags(member))
      assert.deepEqual([refused.code, refused.error?.kind], [4, 'denied'])
      const password = join(directory, 'password')
      await fs.writeFile(password, 'correct horse\n', { mode: 0o600 })
      const second = join(directory, 'second.db')
      const login = ['--user=root', `--password-file=${password}`]
      const again = await save(`--output=${second}`, ...credentialFlags(member), ...login)
      assert.equal(again.code, 0, JSON.stringify(again.error))
      assert.equal(again.result.contents.authEnabled, true)
      assert.ok('hash' in again.result.hashKv)
      assert.deepEqual((await fs.readdir(directory)).toSorted(), [
        'first',
        'first.db',
        'password',
        'second.db',
      ])
    })

    test('an empty member', async (t) => {
      const member = await startOneMember(binary, { tls: false })
      t.after(() => member.stop())
      const file = join(await scratch(t), 'etcd.db')
      const { code, result } = await save(`--output=${file}`, `--endpoints=${member.endpoint}`)
      assert.deepEqual([code, result.revision, result.contents.revisions], [0, '1', 0])
      assert.equal((await fs.stat(file)).mode & 0o777, 0o600)
    })
  })

const targetOf = async ({ members, client }: Cluster): Promise<EtcdTarget> => ({
  endpoints: members.map(({ clientUrl }) => clientUrl),
  tls: {
    ca: await fs.readFile(client.ca, 'utf8'),
    cert: await fs.readFile(client.certificate, 'utf8'),
    key: new Secret(await fs.readFile(client.key, 'utf8')),
  },
})

/** It may be gone already with its cluster. */
function goOn(pid: number): void {
  try {
    process.kill(pid, 'SIGCONT')
  } catch {}
}

/** Writes until it is told to stop. */
function writing(etcd: Etcd): () => Promise<void> {
  const stop = new AbortController()
  const loop = (async () => {
    for (let index = 0; !stop.signal.aborted; index += 1)
      await etcd.kv
        .put({ key: bytes(`/load/${index % 100}`), value: Buffer.alloc(500, index) })
        .catch(() => undefined)
  })()
  return async () => {
    stop.abort()
    await loop
  }
}

describe('three members', { skip: binaries.length === 0 && 'no etcd' }, () => {
  test('under writes, the leader changes while the snapshot streams', async (t) => {
    const cluster = await startCluster(t, { members: 3, versions: ['3.5.30', '3.5.16', '3.4.23'] })
    if (!cluster) return
    const { etcd, members } = cluster
    const ports = wire()
    await fillKeyspace(etcd, 5000)
    const stop = writing(etcd)
    t.after(stop)
    const target = await targetOf(cluster)
    const moveLeader = async (serving: string) => {
      const status = (endpoint: string) => etcd.maintenance.status(endpoint)
      const served = (await status(serving)).header.memberId
      const { leader } = await status(serving)
      const endpoints = members.map(({ clientUrl }) => clientUrl)
      const all = await Promise.all(endpoints.map((endpoint) => status(endpoint)))
      const at = all.findIndex(({ header }) => header.memberId === leader)
      assert.notEqual(served, leader)
      await etcd.maintenance.moveLeader(endpoints[at] ?? '', served)
    }
    const snapshotStream = interrupted(ports.snapshotStream, moveLeader)
    const file = join(await scratch(t), 'etcd.db')
    const taken = await saveFile({ ...ports, snapshotStream }, file, takeOptions(target))
    assert.equal(taken.source.leader, false)
    assert.deepEqual(taken.passedOver, [])
    assert.ok('hash' in taken.hashKv, JSON.stringify(taken.hashKv))
    assert.ok(taken.fresh.proven)
    assert.ok(newest?.etcdutl && restores(newest.etcdutl, file, `${file}.restored`))
  })

  test('a member that stops in the middle is left for another', async (t) => {
    const cluster = await startCluster(t, { members: 3 })
    if (!cluster) return
    await fillKeyspace(cluster.etcd, 20_000)
    const target = await targetOf(cluster)
    const stopped: number[] = []
    t.after(() => stopped.forEach(goOn))
    const stopIt = async (endpoint: string) => {
      const member = cluster.members.find(({ clientUrl }) => clientUrl === endpoint)
      const pid = cluster.pid(member?.name ?? '')
      assert.ok(pid)
      stopped.push(pid)
      process.kill(pid, 'SIGSTOP')
    }
    const ports = wire()
    const snapshotStream = interrupted(ports.snapshotStream, stopIt)
    const directory = await scratch(t)
    const file = join(directory, 'etcd.db')
    const taken = await saveFile({ ...ports, snapshotStream }, file, takeOptions(target, 1500))
    const [passed] = taken.passedOver
    assert.match(passed?.why ?? '', /stands still after \d+ bytes/)
    assert.notEqual(taken.source.endpoint, passed?.endpoint)
    assert.ok('hash' in taken.hashKv)
    assert.deepEqual(await fs.readdir(directory), ['etcd.db'])
  })

  test('without a quorum what is left is saved, and the doubt is told', async (t) => {
    const cluster = await startCluster(t, { members: 3 })
    if (!cluster) return
    await cluster.etcd.kv.put({ key: bytes('a'), value: bytes('b') })
    const [left, ...others] = cluster.members
    assert.ok(left)
    const pids = others.map(({ name }) => cluster.pid(name) ?? 0)
    for (const pid of pids) process.kill(pid, 'SIGSTOP')
    t.after(() => pids.forEach(goOn))
    await eventually('the leader is lost', async () => {
      const { leader } = await cluster.etcd.maintenance.status(left.clientUrl)
      return leader === 0n
    })
    const { ca, certificate, key } = cluster.client
    const flags = credentialFlags({ endpoint: left.clientUrl, files: { ca, certificate, key } })
    const file = join(await scratch(t), 'etcd.db')
    const { code, result } = await save(`--output=${file}`, ...flags, '--timeout=1s')
    assert.equal(code, 0)
    assert.equal(result.fresh.proven, false)
    assert.equal(result.revision, '2')
  })
})

test('a learner is not read', async (t) => {
  if (!newest) return t.skip('no etcd')
  const member = await startOneMember(newest, { tls: false })
  t.after(() => member.stop())
  const ports = wire()
  const [clientPort, peerPort] = await ports.loopback.freePorts(2)
  const [endpoint, peer] = [`http://127.0.0.1:${clientPort}`, `http://127.0.0.1:${peerPort}`]
  await member.etcd.cluster.memberAdd([peer], true)
  const all = await member.etcd.cluster.memberList()
  const first = all.find(({ name }) => name === 'm1')
  const directory = await scratch(t)
  const started = await ports.launcher.start({
    argv: [
      newest.etcd,
      '--name=m2',
      `--data-dir=${join(directory, 'm2')}`,
      `--listen-client-urls=${endpoint}`,
      `--advertise-client-urls=${endpoint}`,
      `--listen-peer-urls=${peer}`,
      `--initial-advertise-peer-urls=${peer}`,
      `--initial-cluster=m1=${first?.peerUrls[0]},m2=${peer}`,
      '--initial-cluster-state=existing',
    ],
    log: join(directory, 'm2.log'),
  })
  t.after(() => started.kill())
  await eventually('the learner runs', async () =>
    member.etcd.maintenance.status(endpoint, { timeoutMs: 500 }).then(
      () => true,
      () => false,
    ),
  )
  const file = join(directory, 'etcd.db')
  const refused = await save(`--output=${file}`, `--endpoints=${endpoint}`)
  assert.deepEqual([refused.code, refused.error?.code], [3, 'snapshot.no-member'])
  const { result } = await save(`--output=${file}`, `--endpoints=${endpoint},${member.endpoint}`)
  assert.equal(result.source.endpoint, member.endpoint)
  assert.deepEqual(result.passedOver, [{ endpoint, why: 'it is a learner' }])
})

for (const [name, behave] of Object.entries(BEHAVIOURS))
  test(`a member that ${name} gives no file`, async (t) => {
    const directory = await scratch(t)
    for (const over of ['tcp', 'tls'] as const) {
      const place = await startBadServer(t, behave, over)
      const endpoint = `${over === 'tcp' ? 'http' : 'https'}://${place}`
      const flags = [`--endpoints=${endpoint}`, '--timeout=400ms']
      const { code, error } = await save(`--output=${join(directory, 'etcd.db')}`, ...flags)
      assert.ok([3, 5].includes(code), `exit ${code}: ${error?.message}`)
      assert.deepEqual(await fs.readdir(directory), [])
    }
  })
