import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { applyHardening } from '../../src/harden/apply-hardening.ts'
import { diffs } from '../../src/harden/diff.ts'
import { planHardening } from '../../src/harden/plan-hardening.ts'
import type { LabMember } from '../../src/lab/model.ts'
import { type Cluster, startCluster } from '../support/cluster.ts'
import { configPath, withConfigFile } from '../support/config-file.ts'
import { eventually } from '../support/eventually.ts'
import { doors, look, ports, signal, stateOf, sure, writer } from '../support/hardening.ts'

/** Starts a member again from a configuration file that says what its manifest said. */
async function configured(cluster: Cluster, member: LabMember): Promise<string> {
  const path = configPath(member)
  const { config, manifest } = withConfigFile(await readFile(member.manifest, 'utf8'), path)
  await cluster.ports.files.write(path, config, { mode: 0o600 })
  const before = cluster.pid(member.name)
  await cluster.ports.files.write(member.manifest, manifest, { mode: 0o600 })
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
