// What hardening writes into manifests beside etcd's own flags, judged by the etcd that it closed.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { parse } from 'yaml'
import { KeepError } from '../../src/core/error.ts'
import { Secret } from '../../src/core/secret.ts'
import { applyHardening } from '../../src/harden/apply-hardening.ts'
import { planHardening } from '../../src/harden/plan-hardening.ts'
import { kubeadmLayout } from '../../src/pki/layout.ts'
import { type Cluster, startCluster } from '../support/cluster.ts'
import { eventually } from '../support/eventually.ts'
import { look, ports, signal, stateOf } from '../support/hardening.ts'

/** Moves the kubelet's probes to the client port, as hand-made manifests have them. */
async function probeClientPort(cluster: Cluster): Promise<void> {
  const [member] = cluster.members
  assert.ok(member)
  const { port, protocol } = new URL(member.clientUrl)
  const text = (await readFile(member.manifest, 'utf8'))
    .replaceAll(/^( +)port: \d+$/gm, `$1port: ${port}`)
    .replaceAll('scheme: HTTP', `scheme: ${protocol === 'https:' ? 'HTTPS' : 'HTTP'}`)
    .replaceAll(/^ +host: .*\n/gm, '')
    .replaceAll(/^ +- --listen-metrics-urls=.*\n/gm, '')
  const before = cluster.pid(member.name)
  await cluster.ports.files.write(member.manifest, text, { mode: 0o600 })
  await eventually('it runs with the new probes', async () => {
    const pid = cluster.pid(member.name)
    if (pid === undefined || pid === before) return false
    return cluster.etcd.maintenance.status(member.clientUrl, { timeoutMs: 1000 }).then(
      () => true,
      () => false,
    )
  })
}

interface Probe {
  readonly httpGet: { host?: string; path: string; port: number; scheme: string }
}

/** The status that the kubelet would get; it presents no certificate and dials the pod's address by default. */
async function statusOf({ httpGet }: Probe): Promise<number> {
  assert.equal(httpGet.host, '127.0.0.1', 'the listener is on loopback, the pod is not')
  const url = `${httpGet.scheme.toLowerCase()}://${httpGet.host}:${httpGet.port}${httpGet.path}`
  return (await fetch(url)).status
}

const closeDoors = async (cluster: Cluster, state: string) => {
  const plan = await planHardening(ports, { ...(await look(cluster)), state })
  return applyHardening(ports, plan, { state, signal, timeoutMs: 40_000 })
}

/** The answers to both probes that its manifest has now. */
async function probed(cluster: Cluster): Promise<readonly number[]> {
  const [container] = (
    parse(await readFile(cluster.members[0]?.manifest ?? '', 'utf8')) as {
      spec: { containers: { livenessProbe: Probe; startupProbe: Probe }[] }
    }
  ).spec.containers
  assert.ok(container)
  return [await statusOf(container.livenessProbe), await statusOf(container.startupProbe)]
}

test(
  "the kubelet's probes of the client port are answered after it asks for certificates",
  { timeout: 100_000 },
  async (t) => {
    const cluster = await startCluster(t, { shape: 'wide-open' })
    if (!cluster) return
    const state = await stateOf(t)
    await probeClientPort(cluster)
    const outcome = await closeDoors(cluster, state)
    assert.equal(outcome.as, 'applied', JSON.stringify(outcome))
    assert.deepEqual(await probed(cluster), [200, 200])
  },
)

test('probes of a metrics listener follow it to loopback', { timeout: 100_000 }, async (t) => {
  const cluster = await startCluster(t, {
    change: ({ metricsUrl }) => ({
      flags: { 'listen-metrics-urls': metricsUrl.replace('127.0.0.1', '0.0.0.0') },
    }),
  })
  if (!cluster) return
  const { manifest = '' } = cluster.members[0] ?? {}
  const text = (await readFile(manifest, 'utf8')).replaceAll(/^ +host: .*\n/gm, '')
  const before = cluster.pid('m1')
  await cluster.ports.files.write(manifest, text, { mode: 0o600 })
  await eventually('it runs again', () => {
    const pid = cluster.pid('m1')
    return pid !== undefined && pid !== before
  })
  const state = await stateOf(t)
  const tls = {
    ca: await readFile(cluster.client.ca, 'utf8'),
    cert: await readFile(cluster.client.certificate, 'utf8'),
    key: new Secret(await readFile(cluster.client.key, 'utf8')),
  }
  const plan = await planHardening(ports, { ...(await look(cluster)), state })
  const outcome = await applyHardening(ports, plan, { state, signal, tls, timeoutMs: 40_000 })
  assert.equal(outcome.as, 'applied', JSON.stringify(outcome))
  assert.match(await readFile(manifest, 'utf8'), /--listen-metrics-urls=http:\/\/127/)
  assert.deepEqual(await probed(cluster), [200, 200])
})

const apiserver = (url: string, pki: string) => {
  const { certificate, key } = kubeadmLayout(pki).apiserverEtcdClient
  return `# kept by hand
apiVersion: v1
kind: Pod
metadata:
  name: kube-apiserver
  namespace: kube-system
spec:
  containers:
  - command:
    - kube-apiserver
    - --advertise-address=127.0.0.1 # where others find it
    - --etcd-servers=${url}
    - --etcd-cafile=${kubeadmLayout(pki).etcdCa.certificate}
    # the client certificate
    - --etcd-certfile=${certificate}
    - --etcd-keyfile=${key}
    - --secure-port=6443
    image: registry.k8s.io/kube-apiserver:v1.34.0
    name: kube-apiserver
  hostNetwork: true
`
}

test(
  'kube-apiserver: etcd answers the certificate that its manifest names now, and no longer the one that it named',
  { timeout: 100_000 },
  async (t) => {
    const cluster = await startCluster(t, { shape: 'wide-open' })
    if (!cluster) return
    const [member] = cluster.members
    assert.ok(member)
    const state = await stateOf(t)
    const path = join(cluster.manifests, 'kube-apiserver.yaml')
    const before = apiserver(member.clientUrl, member.pki)
    await cluster.ports.files.write(path, before, { mode: 0o600 })
    const outcome = await closeDoors(cluster, state)
    assert.equal(outcome.as, 'applied', JSON.stringify(outcome))

    const after = await readFile(path, 'utf8')
    const values = (text: string) => text.replaceAll(/^( +- --etcd-\w+)=.*$/gm, '$1')
    assert.equal(values(after), values(before), 'comments, order and everything else stay')
    const named = (text: string, flag: string) =>
      new RegExp(`--etcd-${flag}=(.*)$`, 'm').exec(text)?.[1] ?? ''
    const ask = async (text: string) => {
      const read = async (flag: string) => readFile(named(text, flag), 'utf8')
      const etcd = ports.etcd.connect({
        endpoints: [named(after, 'servers')],
        tls: {
          ca: await readFile(named(after, 'cafile'), 'utf8'),
          cert: await read('certfile'),
          key: new Secret(await read('keyfile')),
        },
      })
      try {
        return await etcd.kv.range({ key: Buffer.from('/registry') }, { timeoutMs: 5000 })
      } finally {
        etcd.close()
      }
    }
    assert.match(named(after, 'servers'), /^https:/)
    await ask(after)
    await assert.rejects(ask(before), KeepError)
  },
)
