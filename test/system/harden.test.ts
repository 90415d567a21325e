import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { applyHardening } from '../../src/harden/apply-hardening.ts'
import { planHardening } from '../../src/harden/plan-hardening.ts'
import { diffs } from '../../src/harden/diff.ts'
import { REPAIRED } from '../../src/harden/rules/repairs.ts'
import { KeepError } from '../../src/core/error.ts'
import { Secret } from '../../src/core/secret.ts'
import type { LabMember } from '../../src/lab/model.ts'
import { silent } from '../../src/ports/progress.ts'
import { assess } from '../../src/posture/assess.ts'
import { controls } from '../../src/posture/controls/index.ts'
import { gather } from '../../src/posture/gather.ts'
import { needsOf } from '../../src/posture/select-controls.ts'
import { wire } from '../../src/wiring.ts'
import { type Cluster, startCluster } from '../support/cluster.ts'
import { eventually } from '../support/eventually.ts'

const ports = wire()
const { signal } = new AbortController()

async function look(cluster: Cluster) {
  const chosen = controls.filter(({ id }) => REPAIRED.has(id))
  const pids = cluster.members
    .map(({ name }) => cluster.pid(name))
    .filter((pid) => pid !== undefined)
  const observation = await gather(
    { ...ports, host: ports.host() },
    {
      needs: needsOf(chosen),
      probe: true,
      manifests: cluster.manifests,
      pids,
      endpoints: [],
      timeoutMs: 3000,
    },
    silent,
    signal,
  )
  return { observation, findings: assess(chosen, observation) }
}

async function stateOf(t: TestContext): Promise<string> {
  const state = await mkdtemp(join(tmpdir(), 'etcdkeep-harden-'))
  t.after(() => rm(state, { recursive: true, force: true }))
  return state
}

/** A client that knows both schemes and fails over; what was acknowledged has to be there at the end. */
function writer(cluster: Cluster, state: string) {
  const acknowledged = new Set<string>()
  const lost: string[] = []
  const stopped = new AbortController()
  let retried = 0
  const open = async () => {
    const file = (name: string) => readFile(join(state, 'pki', name), 'utf8').catch(() => undefined)
    const [ca, cert, key] = [
      await file('etcd-client-ca.crt'),
      await file('etcdkeep-client.crt'),
      await file('etcdkeep-client.key'),
    ]
    const plain = cluster.members.map((one) => one.clientUrl)
    const closed = ca && cert && key ? plain.map((url) => url.replace('http:', 'https:')) : []
    return ports.etcd.connect({
      endpoints: [...closed, ...plain],
      ...(ca && cert && key && { tls: { ca, cert, key: new Secret(key) } }),
    })
  }
  const put = async (id: string) => {
    for (let attempt = 0; attempt < 40; attempt += 1) {
      const etcd = await open()
      try {
        await etcd.kv.put({ key: Buffer.from(id), value: Buffer.from(id) }, { timeoutMs: 3000 })
        acknowledged.add(id)
        return
      } catch (thrown) {
        if (!(thrown instanceof KeepError)) throw thrown
        retried += 1
      } finally {
        etcd.close()
      }
    }
    lost.push(id)
  }
  const work = (async () => {
    for (let index = 0; !stopped.signal.aborted; index += 1) await put(`w/${index}`)
  })()
  return {
    acknowledged,
    lost,
    retried: () => retried,
    read: open,
    async stop() {
      stopped.abort()
      await work
    },
  }
}

const doors = (findings: readonly { control: string; verdict: string }[]) =>
  findings.filter((one) => one.verdict === 'fail').map((one) => one.control)

async function sure(writing: ReturnType<typeof writer>) {
  await writing.stop()
  const etcd = await writing.read()
  const { kvs } = await etcd.kv.range(
    { key: Buffer.from('w/'), rangeEnd: Buffer.from('w0') },
    { timeoutMs: 10_000 },
  )
  etcd.close()
  const stored = new Set(kvs.map((one) => Buffer.from(one.key).toString()))
  assert.deepEqual(
    [...writing.acknowledged].filter((id) => !stored.has(id)),
    [],
  )
  assert.deepEqual(writing.lost, [])
  assert.ok(writing.acknowledged.size > 20)
}

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

/** A configuration file that says what the manifest of the member said, in kubeadm's paths. */
async function configured(cluster: Cluster, member: LabMember): Promise<string> {
  const manifest = await readFile(member.manifest, 'utf8')
  const flags = new Map(
    [...manifest.matchAll(/^ +- --([\w-]+)=(.*)$/gm)].map(([, name = '', value = '']) => [
      name,
      value,
    ]),
  )
  const line = ([name, value]: [string, string]) =>
    `${name}: ${/^(true|false|\d+)$/.test(value) ? value : JSON.stringify(value)}`
  const inside = (prefix: string) =>
    ['cert-file', 'key-file', 'trusted-ca-file', 'client-cert-auth'].flatMap((key) => {
      const value = flags.get(`${prefix}${key}`)
      flags.delete(`${prefix}${key}`)
      return value === undefined ? [] : [`  ${line([key, value])}`]
    })
  const text = [
    '# kept by hand',
    'peer-transport-security: # between members',
    ...inside('peer-'),
    'client-transport-security:',
    ...inside(''),
    ...[...flags].map(line),
  ].join('\n')
  const path = join(member.pki, 'etcd', 'etcd.yaml')
  await cluster.ports.files.write(path, `${text}\n`, { mode: 0o600 })
  const program = `    - etcd\n    - --config-file=${path}\n`
  const before = cluster.pid(member.name)
  const edited = manifest.replace(/^ +- etcd\n( +- --.*\n)+/m, program)
  await cluster.ports.files.write(member.manifest, edited, { mode: 0o600 })
  await eventually(`${member.name} runs from its file`, async () => {
    const pid = cluster.pid(member.name)
    if (pid === undefined || pid === before) return false
    const answer = cluster.etcd.maintenance.status(member.clientUrl, { timeoutMs: 1000 })
    return answer.then(
      () => true,
      () => false,
    )
  })
  return path
}

test(
  'members with a configuration file: the keys change in the file, or the file is put back',
  { timeout: 150_000 },
  async (t) => {
    const cluster = await startCluster(t, { shape: 'wide-open', members: 3 })
    if (!cluster) return
    const state = await stateOf(t)
    const paths: string[] = []
    for (const member of cluster.members) paths.push(await configured(cluster, member))
    const texts = async () =>
      Promise.all(
        [...paths, ...cluster.members.map((one) => one.manifest)].map((path) =>
          readFile(path, 'utf8'),
        ),
      )
    const before = await texts()
    const plan = await planHardening(ports, { ...(await look(cluster)), state })
    assert.deepEqual(
      diffs(plan)
        .map(({ path }) => path)
        .filter((path) => paths.includes(path))
        .toSorted(),
      paths.toSorted(),
    )
    const etcd = `/proc/${cluster.pid('m1')}/exe`
    const options = { state, signal, etcd, timeoutMs: 40_000 }
    const failed = await applyHardening(ports, plan, { ...options, prove: async () => ['planted'] })
    assert.equal(failed.as, 'rolled-back', JSON.stringify(failed))
    assert.deepEqual(await texts(), before)
    for (const { clientUrl } of cluster.members) await cluster.etcd.maintenance.status(clientUrl)

    const writing = writer(cluster, state)
    t.after(() => writing.stop())
    const again = await planHardening(ports, { ...(await look(cluster)), state })
    const outcome = await applyHardening(ports, again, {
      ...options,
      etcd: `/proc/${cluster.pid('m1')}/exe`,
    })
    assert.equal(outcome.as, 'applied', JSON.stringify(outcome))
    await sure(writing)
    for (const path of paths)
      assert.match(await readFile(path, 'utf8'), /# kept by hand\n[^]*# between members\n/)
    assert.deepEqual(doors((await look(cluster)).findings), [])
  },
)

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
