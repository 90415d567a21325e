import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { applyHardening } from '../../src/harden/apply-hardening.ts'
import { diffs } from '../../src/harden/diff.ts'
import { planHardening } from '../../src/harden/plan-hardening.ts'
import { startCluster } from '../support/cluster.ts'
import { configured } from '../support/configured.ts'
import { doors, look, ports, signal, stateOf, sure, writer } from '../support/hardening.ts'

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
    const order = plan.steps.flatMap((step) =>
      step.kind === 'manifest' && step.member ? [step.member.name] : [],
    )
    const prove = async (name: string) => (name === order[1] ? ['planted'] : [])
    const failed = await applyHardening(ports, plan, { ...options, prove })
    assert.equal(failed.as, 'rolled-back', JSON.stringify(failed))
    // The first is closed and stays so; the second is put back, the third was never touched.
    const first = cluster.members.findIndex((one) => one.name === order[0])
    const now = await texts()
    for (const [index, text] of before.entries())
      if (index % 3 === first) assert.notEqual(now[index], text)
      else assert.equal(now[index], text)
    for (const { name, clientUrl } of cluster.members)
      if (name !== order[0]) await cluster.etcd.maintenance.status(clientUrl)

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
