// kill -9 for real: the real command on real clusters, at moments of the journal.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { copyFile, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { test } from 'node:test'
import { type Cluster, startCluster } from '../support/cluster.ts'
import { configured } from '../support/configured.ts'
import { eventually } from '../support/eventually.ts'
import { doors, look, stateOf, sure, writer } from '../support/hardening.ts'
import { wideKeys } from '../support/paper/machine.ts'
import { session } from '../support/session.ts'
import { tree } from '../support/tree.ts'

/** Runs a program; with `until`, ends it by SIGKILL as soon as that holds. */
async function run(argv: readonly string[], until?: () => Promise<boolean>) {
  const child = spawn(process.execPath, argv, { stdio: 'ignore' })
  const ended = new Promise<number | null>((resolve) => child.on('exit', resolve))
  if (until !== undefined) {
    while (child.exitCode === null && !(await until())) await new Promise(setImmediate)
    child.kill('SIGKILL')
  }
  return ended
}

const journal = async (state: string) =>
  readFile(join(state, 'journal.jsonl'), 'utf8').catch(() => '')
const says = (state: string, text: string) => async () => (await journal(state)).includes(text)

const command = (cluster: Cluster, state: string) => [
  'src/cli/main.ts',
  'harden',
  '--yes',
  '--manifests',
  cluster.manifests,
  '--state',
  state,
]

/** Half-written files: a name that begins with a dot. */
const halves = (directory: string) =>
  readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((path) =>
    basename(path).startsWith('.'),
  )

/** Where the kubelet looks there is nothing but the members' manifests, ever. */
function assertOnlyManifests(cluster: Cluster): void {
  const seen = readdirSync(cluster.manifests).filter((name) => !name.startsWith('.'))
  assert.deepEqual(seen.toSorted(), cluster.members.map((one) => basename(one.manifest)).toSorted())
}

test(
  'one member: looked at without a trace, killed twice, ended; a second run changes nothing',
  { timeout: 200_000 },
  async (t) => {
    const cluster = await startCluster(t, { shape: 'wide-open' })
    if (!cluster) return
    const state = await stateOf(t)
    const wanted = ['harden', '--detailed-exitcode', '--manifests', cluster.manifests]
    const untouched = tree([cluster.directory, state], ['data', 'logs'])
    const looked = await session([...wanted, '--dry-run', '--state', state])
    assert.equal(looked.code, 1, looked.err)
    assert.deepEqual(tree([cluster.directory, state], ['data', 'logs']), untouched)
    await cluster.etcd.kv.put({ key: Buffer.from('kept'), value: Buffer.from('1') })

    const wide = wideKeys(cluster.directory)
    for (const until of ['"begin"', '"swap"']) {
      assert.equal(await run(command(cluster, state), says(state, until)), null, until)
      assertOnlyManifests(cluster)
      const others: readonly string[] = [...wideKeys(cluster.directory), ...wideKeys(state)]
      assert.deepEqual(
        others.filter((path: string) => !wide.includes(path)),
        [],
      )
    }
    assert.equal(await run(command(cluster, state)), 0)
    assert.deepEqual(doors((await look(cluster)).findings), [])
    assert.deepEqual([...halves(cluster.manifests), ...halves(state)], [])

    const closed = tree([cluster.directory, state], ['data', 'logs'])
    const again = await session([...wanted, '--yes', '--state', state])
    assert.equal(again.code, 0, again.err)
    assert.equal((await session([...wanted, '--dry-run', '--state', state])).code, 0)
    assert.deepEqual(tree([cluster.directory, state], ['data', 'logs']), closed)
  },
)

test(
  'three members with configuration files and an older CA: killed in two restarts, twice in one, under a writer',
  { timeout: 300_000 },
  async (t) => {
    const cluster = await startCluster(t, { shape: 'wide-open', members: 3 })
    if (!cluster) return
    const state = await stateOf(t)
    for (const member of cluster.members) {
      await copyFile(join(member.pki, 'ca.key'), join(member.pki, 'etcd', 'ca.key'))
      await configured(cluster, member)
    }
    const writing = writer(cluster, state)
    t.after(() => writing.stop())
    const swaps = async (count: number) =>
      [...(await journal(state)).matchAll(/"event":"swap"/g)].length >= count
    for (const count of [1, 2])
      assert.equal(await run(command(cluster, state), async () => swaps(count)), null)
    // Its journal says so already: ended while it finds its way back in.
    const text = await journal(state)
    await run(command(cluster, state), async () => (await journal(state)) !== text)
    assertOnlyManifests(cluster)
    assert.equal(await run(command(cluster, state)), 0)
    await sure(writing)
    assert.deepEqual(doors((await look(cluster)).findings), [])
    assert.deepEqual([...halves(cluster.manifests), ...halves(state)], [])
    for (const { name, pki } of cluster.members) {
      const chain = await readFile(join(pki, 'etcd', `${name}-peer.crt`), 'utf8')
      assert.equal(
        chain.match(/BEGIN CERTIFICATE/g)?.length,
        1,
        `${name} needs no older CA any more`,
      )
    }
  },
)

test(
  'killed twice during a roll-back: the next run ends it, and all is as it was',
  { timeout: 200_000 },
  async (t) => {
    const cluster = await startCluster(t, { shape: 'wide-open', members: 3 })
    if (!cluster) return
    const state = await stateOf(t)
    const texts = async () =>
      Promise.all(cluster.members.map((one) => readFile(one.manifest, 'utf8')))
    const before = await texts()
    const argv = ['test/support/harden-process.ts', cluster.manifests, state]
    assert.equal(await run(argv, says(state, '"undo"')), null)
    assert.equal(await run(argv, async () => (await texts()).join() === before.join()), null)
    assert.equal(await run(argv), 1)
    assert.match(await journal(state), /"end","outcome":"rolled-back"/)
    assert.deepEqual(await texts(), before)
    await eventually('every member answers as before', async () => {
      const members = await cluster.etcd.cluster.memberList()
      return members.every((one) => one.peerUrls.every((url) => url.startsWith('http:')))
    })
    for (const { clientUrl } of cluster.members) await cluster.etcd.maintenance.status(clientUrl)
  },
)
