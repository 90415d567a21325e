import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { applyHardening } from '../../src/harden/apply-hardening.ts'
import { diffs } from '../../src/harden/diff.ts'
import { planHardening } from '../../src/harden/plan-hardening.ts'
import type { LabMember } from '../../src/lab/model.ts'
import { type Cluster, startCluster } from '../support/cluster.ts'
import { eventually } from '../support/eventually.ts'
import { doors, look, ports, signal, stateOf, sure, writer } from '../support/hardening.ts'

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
