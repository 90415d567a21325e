import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { applyHardening } from '../../src/harden/apply-hardening.ts'
import { planHardening } from '../../src/harden/plan-hardening.ts'
import { type Cluster, startCluster } from '../support/cluster.ts'
import { doors, look, ports, signal, stateOf, sure, writer } from '../support/hardening.ts'

test(
  'a wide-open cluster is closed under a writer that loses nothing; a second plan is empty',
  { timeout: 150_000 },
  async (t) => {
    const cluster = await startCluster(t, { shape: 'wide-open', members: 3 })
    if (!cluster) return
    const state = await stateOf(t)
    const seen = await look(cluster)
    assert.ok(doors(seen.findings).includes('client-listener-tls'))
    const plan = await planHardening(ports, { ...seen, state })
    const writing = writer(cluster, state)
    t.after(() => writing.stop())
    const outcome = await applyHardening(ports, plan, {
      state,
      signal,
      etcd: `/proc/${cluster.pid('m1')}/exe`,
      timeoutMs: 40_000,
      onStep: (step) => t.diagnostic(step.title),
      prove: async (member, wanted) =>
        (await look(cluster)).findings
          .filter(
            (one) =>
              one.verdict === 'fail' && one.subject.name === member && wanted.includes(one.control),
          )
          .map((one) => one.control),
    })
    assert.equal(outcome.as, 'applied', JSON.stringify(outcome))
    await sure(writing)
    t.diagnostic(`acknowledged ${writing.acknowledged.size}, retried ${writing.retried()}`)
    const after = await look(cluster)
    assert.deepEqual(doors(after.findings), [])
    const again = await planHardening(ports, { ...after, state })
    assert.deepEqual(again.steps, [])
  },
)

test(
  'a member whose proof fails is put back as it was, and nothing after it is touched',
  { timeout: 120_000 },
  async (t) => {
    const cluster = await startCluster(t, { shape: 'wide-open', members: 3 })
    if (!cluster) return
    const state = await stateOf(t)
    const before = await Promise.all(cluster.members.map((one) => readFile(one.manifest, 'utf8')))
    const plan = await planHardening(ports, { ...(await look(cluster)), state })
    const outcome = await applyHardening(ports, plan, {
      state,
      signal,
      timeoutMs: 40_000,
      prove: async () => ['planted'],
    })
    assert.equal(outcome.as, 'rolled-back')
    assert.match(outcome.why ?? '', /planted/)
    assert.deepEqual(
      await Promise.all(cluster.members.map((one) => readFile(one.manifest, 'utf8'))),
      before,
    )
    for (const { clientUrl } of cluster.members) await cluster.etcd.maintenance.status(clientUrl)
    for (const member of await cluster.etcd.cluster.memberList())
      assert.match(member.peerUrls.join(), /^http:/)
  },
)

test('a run that was stopped goes on from its journal', { timeout: 150_000 }, async (t) => {
  const cluster = await startCluster(t, { shape: 'wide-open', members: 3 })
  if (!cluster) return
  const state = await stateOf(t)
  const plan = await planHardening(ports, { ...(await look(cluster)), state })
  const killed = new Error('killed')
  let seen = 0
  const stopping = applyHardening(ports, plan, {
    state,
    signal,
    timeoutMs: 40_000,
    prove: async () => {
      seen += 1
      if (seen === 2) throw killed
      return []
    },
  })
  await assert.rejects(stopping, killed)
  const outcome = await applyHardening(ports, plan, { state, signal, timeoutMs: 40_000 })
  assert.equal(outcome.as, 'applied')
  assert.deepEqual(doors((await look(cluster)).findings), [])
})

/** `etcdkeep harden` as a process of its own; ended by SIGKILL once the journal shows `until`. */
async function harden(cluster: Cluster, state: string, until?: string): Promise<number | null> {
  const child = spawn(
    process.execPath,
    ['src/cli/main.ts', 'harden', '--yes', '--manifests', cluster.manifests, '--state', state],
    { stdio: 'ignore' },
  )
  const ended = new Promise<number | null>((resolve) => child.on('exit', resolve))
  const reached = async (text: string) =>
    (await readFile(join(state, 'journal.jsonl'), 'utf8').catch(() => '')).includes(text)
  if (until !== undefined) {
    while (child.exitCode === null && !(await reached(until))) await new Promise(setImmediate)
    child.kill('SIGKILL')
  }
  return ended
}

test(
  'kill -9 in the middle of a restart: the next run of the command ends the work',
  { timeout: 150_000 },
  async (t) => {
    const cluster = await startCluster(t, { shape: 'wide-open', members: 3 })
    if (!cluster) return
    const state = await stateOf(t)
    for (const until of ['"intent","step":3', '"intent","step":9', '"done","step":9'])
      assert.equal(await harden(cluster, state, until), null, until)
    assert.equal(await harden(cluster, state), 0)
    assert.deepEqual(doors((await look(cluster)).findings), [])
  },
)
