import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { binariesFor, startCluster } from '../support/cluster.ts'
import { eventually } from '../support/eventually.ts'

const key = Buffer.from('/a')
const modeOf = async (path: string) => (await stat(path)).mode & 0o777

test('three secured members of different versions form a cluster that only its clients can use', async (t) => {
  const cluster = await startCluster(t, { members: 3, versions: ['3.5.16', '3.5.30'] })
  if (!cluster) return
  await cluster.etcd.kv.put({ key, value: Buffer.from('1') })
  const members = await cluster.etcd.cluster.memberList()
  assert.deepEqual(members.map(({ name }) => name).toSorted(), ['m1', 'm2', 'm3'])
  const url = cluster.members[0]?.clientUrl ?? ''
  assert.equal((await cluster.etcd.maintenance.status(url)).version, '3.5.16')
  const stranger = cluster.ports.etcd.connect({
    endpoints: [url],
    tls: { ca: await readFile(cluster.client.ca, 'utf8') },
  })
  await assert.rejects(stranger.kv.range({ key }, { timeoutMs: 2_000 }))
  stranger.close()
  assert.equal(await modeOf(cluster.client.key), 0o600)
})

test('a wide-open cluster has all the TLS flags and answers anyone', async (t) => {
  const cluster = await startCluster(t, { members: 3, shape: 'wide-open' })
  if (!cluster) return
  const [first] = cluster.members
  assert.ok(first)
  const manifest = await readFile(first.manifest, 'utf8')
  for (const flag of [
    'client-cert-auth=true',
    'peer-client-cert-auth=true',
    'cert-file=',
    'trusted-ca-file=',
  ])
    assert.ok(manifest.includes(`--${flag}`), flag)
  const anyone = cluster.ports.etcd.connect({ endpoints: [first.clientUrl] })
  await anyone.kv.put({ key, value: Buffer.from('1') })
  anyone.close()
  const pki = join(first.pki, 'etcd')
  assert.equal(await modeOf(join(pki, 'server.key')), 0o644)
  assert.equal(
    await readFile(join(pki, 'ca.crt'), 'utf8'),
    await readFile(join(first.pki, 'ca.crt'), 'utf8'),
  )
})

test('the runner restarts a member whose manifest changed, brings a crashed one back, and refuses other programs', async (t) => {
  const cluster = await startCluster(t, {
    change: () => ({
      flags: { 'snapshot-count': null },
      environment: { ETCD_SNAPSHOT_COUNT: '777' },
    }),
  })
  const [member] = cluster?.members ?? []
  if (!cluster || !member) return
  const environment = await readFile(`/proc/${cluster.pid('m1')}/environ`, 'utf8')
  assert.ok(environment.includes('ETCD_SNAPSHOT_COUNT=777'))
  const up = async () => {
    const answer = cluster.etcd.maintenance.status(member.clientUrl, { timeoutMs: 500 })
    return answer.then(
      () => true,
      () => false,
    )
  }

  const first = cluster.pid('m1') ?? 0
  const text = await readFile(member.manifest, 'utf8')
  await writeFile(
    member.manifest,
    text.replace('    - --name=m1', '    - --name=m1\n    - --max-txn-ops=99'),
  )
  await eventually('another process', () => ![first, undefined].includes(cluster.pid('m1')))
  await eventually('it answers', up)
  assert.ok(
    (await readFile(`/proc/${cluster.pid('m1')}/cmdline`, 'utf8')).includes('--max-txn-ops=99'),
  )

  const second = cluster.pid('m1') ?? 0
  process.kill(second, 'SIGKILL')
  await eventually('it is back', () => ![second, undefined].includes(cluster.pid('m1')))
  await eventually('it answers again', up)
  assert.ok(cluster.notes.some((line) => line.includes('SIGKILL')))

  const stray = join(cluster.manifests, 'stray.bak')
  await writeFile(stray, text.replace('    - etcd\n', '    - /bin/sh\n'))
  await writeFile(join(cluster.manifests, '.hidden'), 'not: read')
  await eventually('it is refused', () =>
    cluster.notes.some((line) => line.startsWith('stray.bak')),
  )
  assert.deepEqual(cluster.processes.pids()['stray.bak'], [])
  assert.ok(!cluster.notes.some((line) => line.startsWith('.hidden')))
})

const cli = join(import.meta.dirname, '../../src/cli/main.ts')
const etcdkeep = async (...args: string[]) => {
  const child = spawn(process.execPath, [cli, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  let text = ''
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (text += chunk.toString()))
  const [status] = (await once(child, 'close')) as [number]
  return { status, text }
}

test('lab up, status and down; a lab whose runner was killed is cleaned up too', async (t) => {
  if (!(await binariesFor(t))) return
  const place = await mkdtemp(join(tmpdir(), 'lab-test-'))
  t.after(() => rm(place, { recursive: true, force: true }))
  const directory = join(place, 'lab')
  t.after(() => etcdkeep('lab', 'down', '--directory', directory))

  const up = await etcdkeep('lab', 'up', '--members', '1', '--directory', directory)
  assert.equal(up.status, 0, up.text)
  const again = await etcdkeep('lab', 'up', '--members', '1', '--directory', directory)
  assert.equal(again.status, 2, again.text)
  const status = await etcdkeep('lab', 'status', '--directory', directory)
  assert.match(status.text, /: running\n {2}m1 .* leader/)

  const { runner } = JSON.parse(await readFile(join(directory, 'lab.json'), 'utf8')) as {
    runner: number
  }
  process.kill(runner, 'SIGKILL')
  await eventually('the member died with its runner', async () => {
    const state = await etcdkeep('lab', 'status', '--directory', directory)
    return state.status === 3 && state.text.includes('does not answer')
  })
  const down = await etcdkeep('lab', 'down', '--directory', directory)
  assert.equal(down.status, 0, down.text)
  await assert.rejects(stat(directory))
})
