// What every test of hardening needs: a look, a state directory, a client that keeps writing.
import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { KeepError } from '../../src/core/error.ts'
import { Secret } from '../../src/core/secret.ts'
import { REPAIRED } from '../../src/harden/rules/repairs.ts'
import { silent } from '../../src/ports/progress.ts'
import { assess } from '../../src/posture/assess.ts'
import { controls } from '../../src/posture/controls/index.ts'
import { gather } from '../../src/posture/gather.ts'
import { needsOf } from '../../src/posture/select-controls.ts'
import { wire } from '../../src/wiring.ts'
import type { Cluster } from './cluster.ts'

export const ports = wire()
export const { signal } = new AbortController()

/** What a check of what hardening can repair sees; of every process of this machine where `pids` is left out. */
export async function lookAt(at: {
  readonly manifests: string
  readonly pids?: readonly number[]
}) {
  const chosen = controls.filter(({ id }) => REPAIRED.has(id))
  const observation = await gather(
    { ...ports, host: ports.host() },
    { needs: needsOf(chosen), probe: true, endpoints: [], timeoutMs: 3000, pids: [], ...at },
    silent,
    signal,
  )
  return { observation, findings: assess(chosen, observation) }
}

export const look = async (cluster: Cluster) =>
  lookAt({
    manifests: cluster.manifests,
    pids: cluster.members.map(({ name }) => cluster.pid(name)).filter((pid) => pid !== undefined),
  })

export async function stateOf(t: TestContext): Promise<string> {
  const state = await mkdtemp(join(tmpdir(), 'etcdkeep-harden-'))
  t.after(() => rm(state, { recursive: true, force: true }))
  return state
}

/** A client that knows both schemes and fails over; what was acknowledged has to be there at the end. */
export function writer(cluster: Pick<Cluster, 'members'>, state: string) {
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

export const doors = (findings: readonly { control: string; verdict: string }[]) =>
  findings.filter((one) => one.verdict === 'fail').map((one) => one.control)

export async function sure(writing: ReturnType<typeof writer>) {
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
