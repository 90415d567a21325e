import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import { linuxHost } from '../../adapters/host/linux.ts'
import type { Fact } from '../../core/fact.ts'
import { enabled, hostPath, setting, type Launch } from '../../effective/model.ts'
import { discoverLaunches, type DiscoverOptions } from './launches.ts'

let root = ''
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'etcdkeep-launches-'))
  mkdirSync(join(root, 'proc'))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), text)
}

function process(pid: number, argv: readonly string[], environment: readonly string[] = []): void {
  write(`proc/${pid}/cmdline`, argv.map((word) => `${word}\0`).join(''))
  write(`proc/${pid}/environ`, environment.map((word) => `${word}\0`).join(''))
  symlinkSync('/srv', join(root, `proc/${pid}/cwd`))
  symlinkSync(`/usr/bin/${argv[0]}`, join(root, `proc/${pid}/exe`))
}

const pod = (args: readonly string[], extra = '') =>
  `apiVersion: v1
kind: Pod
metadata: { name: etcd-node1 }
spec:
  containers:
    - name: etcd
      image: registry.k8s.io/etcd:3.5.16-0
      command: ${JSON.stringify(['etcd', ...args])}
      volumeMounts: [{ name: data, mountPath: /var/lib/etcd }]
${extra}  volumes: [{ name: data, hostPath: { path: /data/etcd } }]
`

const discover = (options: DiscoverOptions = {}) => discoverLaunches(linuxHost({ root }), options)
function launch(fact: Fact<Launch> | undefined): Launch {
  assert.ok(fact?.known, JSON.stringify(fact))
  return fact.value
}
const ETCD = '/etc/kubernetes/manifests/etcd.yaml'

test('a process belongs to the manifest of its data directory', async () => {
  write(ETCD, pod(['--name=m1', '--data-dir=/var/lib/etcd', '--client-cert-auth']))
  process(7, ['etcd', '--name=m1', '--data-dir=/data/etcd'])
  process(8, ['etcd', '--name=m2', '--data-dir', 'relative'])
  const { members, troubles } = await discover()
  assert.deepEqual(troubles, [])
  assert.deepEqual(
    members.map((one) => one.name),
    ['m1', 'm2'],
  )
  const [m1, m2] = members
  assert.equal(enabled(launch(m1?.declared), 'client-cert-auth'), true)
  assert.equal(enabled(launch(m1?.running), 'client-cert-auth'), false)
  assert.equal(hostPath(launch(m1?.declared), '/var/lib/etcd/member'), '/data/etcd/member')
  assert.equal(m2?.declared.known, false)
  assert.equal(setting(launch(m2?.running), 'data-dir'), '/srv/relative')
})

test('every file without a dot is read; two that claim one directory are duplicates', async () => {
  write(ETCD, pod(['--name=m1', '--data-dir=/var/lib/etcd']))
  write(`${ETCD}.bak`, pod(['--name=m1', '--data-dir=/var/lib/etcd', '--auto-tls']))
  write('/etc/kubernetes/manifests/.hidden', pod(['--name=m9']))
  write('/etc/kubernetes/manifests/broken', '{')
  const { members, manifestDirectories, troubles } = await discover()
  assert.deepEqual(
    members.map((one) => one.name),
    ['m1'],
  )
  assert.equal(launch(members[0]?.declared).file, ETCD)
  const entries = manifestDirectories[0]?.entries ?? []
  assert.deepEqual(
    entries.map((one) => [one.name, one.read, one.duplicates]),
    [
      ['.hidden', false, undefined],
      ['broken', true, undefined],
      ['etcd.yaml', true, '/data/etcd'],
      ['etcd.yaml.bak', true, '/data/etcd'],
    ],
  )
  assert.deepEqual(
    troubles.map((one) => one.source),
    ['/etc/kubernetes/manifests/broken'],
  )
})

test('only the container that runs the program counts', async () => {
  const sidecar =
    "    - { name: backup, image: busybox, command: [sh, -c, 'etcdctl --auto-tls snapshot save x'] }\n"
  write(ETCD, pod(['--name=m1', '--auto-tls=false'], sidecar))
  const { members } = await discover()
  assert.equal(members.length, 1)
  assert.equal(launch(members[0]?.declared).container, 'etcd')
})

test('the kubelet says where its static pods are', async () => {
  process(3, ['kubelet', '--config', '/var/lib/kubelet/own.yaml'])
  write('/var/lib/kubelet/own.yaml', 'staticPodPath: /srv/pods\n')
  write('/srv/pods/etcd', pod(['--name=elsewhere']))
  write(ETCD, pod(['--name=unused']))
  const { members } = await discover()
  assert.deepEqual(
    members.map((one) => one.name),
    ['elsewhere'],
  )
})

test('an explicit directory limits the processes to its own', async () => {
  write('/m/etcd.yaml', pod(['--name=m1', '--data-dir=/var/lib/etcd']))
  write(ETCD, pod(['--name=other']))
  process(7, ['etcd', '--name=m1', '--data-dir=/data/etcd'])
  process(8, [
    'etcd',
    '--name=m1',
    '--data-dir=/elsewhere',
    '--listen-client-urls=http://127.0.0.1:9',
  ])
  const found = await discover({ manifests: '/m' })
  assert.deepEqual(
    found.members.map((one) => one.name),
    ['m1'],
  )
  assert.equal(launch(found.members[0]?.running).pid, 7)
  mkdirSync(join(root, 'empty'))
  assert.deepEqual((await discover({ manifests: '/empty' })).members, [])
})

test('named processes only, and those that a named wrapper started', async () => {
  process(7, ['etcd', '--name=m1', '--data-dir=/a'])
  process(8, ['etcd', '--name=m2', '--data-dir=/b'])
  process(9, ['sh', '-c', 'etcd --name=m2'])
  write('proc/8/stat', '8 (etcd (x) y) S 9 1 1')
  const names = async (pids: number[]) => (await discover({ pids })).members.map((one) => one.name)
  assert.deepEqual(await names([7]), ['m1'])
  assert.deepEqual(await names([9]), ['m2'])
  assert.deepEqual(
    (await discover({ pids: [55] })).troubles.map((one) => one.source),
    ['process 55'],
  )
})

test('endpoints keep the members that serve them', async () => {
  process(7, ['etcd', '--name=m1', '--listen-client-urls=http://0.0.0.0:3379', '--data-dir=/a'])
  process(8, ['etcd', '--name=m2', '--listen-client-urls=http://127.0.0.1:4379', '--data-dir=/b'])
  const { members } = await discover({ endpoints: ['localhost:3379'] })
  assert.deepEqual(
    members.map((one) => one.name),
    ['m1'],
  )
})

test('an environment that may not be read makes the process unknown, not harmless', async () => {
  process(7, ['etcd', '--name=m1'])
  rmSync(join(root, 'proc/7/environ'))
  const { members } = await discover()
  assert.equal(members[0]?.name, 'm1')
  assert.equal(members[0]?.running.known, false)
  assert.match(JSON.stringify(members[0]?.running), /run as root/)
})

test('units with drop-ins and environment files', async () => {
  const unit = 'etcd.service'
  write(
    `/lib/systemd/system/${unit}`,
    '[Service]\nEnvironment=ETCD_NAME=old\nExecStart=/usr/bin/etcd --auto-tls\n',
  )
  write(
    `/etc/systemd/system/${unit}.d/20-own.conf`,
    '[Service]\nExecStart=\nExecStart=-/usr/bin/etcd \\\n  --data-dir ${DIR} $MORE\nEnvironmentFile=-/none\nEnvironmentFile=/etc/default/etcd\n',
  )
  write(
    '/etc/default/etcd',
    'DIR="/srv/etcd"\n# no\nMORE=--client-cert-auth --cert-file=/c\nETCD_NAME=new\n',
  )
  const { members } = await discover()
  const declared = launch(members[0]?.declared)
  assert.equal(declared.source, 'unit etcd.service')
  assert.equal(declared.name, 'new')
  assert.equal(setting(declared, 'data-dir'), '/srv/etcd')
  assert.equal(setting(declared, 'cert-file'), '/c')
  assert.equal(enabled(declared, 'client-cert-auth'), true)
  assert.equal(enabled(declared, 'auto-tls'), false)
})

test('the unit of Debian: specifiers, and variables that are taken away again', async () => {
  write(
    '/lib/systemd/system/etcd.service',
    '[Service]\nEnvironment=DAEMON_ARGS=\nEnvironment=ETCD_NAME=%H\nEnvironment=ETCD_DATA_DIR=/var/lib/etcd/default\nEnvironmentFile=-/etc/default/%p\nExecStart=/usr/bin/etcd $DAEMON_ARGS\n',
  )
  write('/etc/default/etcd', 'ETCD_AUTO_TLS=true\nDAEMON_ARGS=--enable-pprof\n')
  write('/etc/hostname', 'node7\n')
  write(
    '/etc/systemd/system/etcd.service.d/10-own.conf',
    '[Service]\nUnsetEnvironment=ETCD_AUTO_TLS\n',
  )
  const { members } = await discover()
  const declared = launch(members[0]?.declared)
  assert.equal(declared.name, 'node7')
  assert.equal(setting(declared, 'data-dir'), '/var/lib/etcd/default')
  assert.equal(enabled(declared, 'enable-pprof'), true)
  assert.equal(enabled(declared, 'auto-tls'), false)
})

test('the configuration file is read where the container sees it', async () => {
  write(ETCD, pod(['--config-file=/var/lib/etcd/conf', '--name=ignored']))
  write('/data/etcd/conf', 'name: m5\nclient-transport-security: { client-cert-auth: yes }\n')
  const { members } = await discover()
  const declared = launch(members[0]?.declared)
  assert.equal(declared.name, 'm5')
  assert.equal(enabled(declared, 'client-cert-auth'), true)
  assert.deepEqual(
    declared.problems.map((one) => [one.code, one.setting]),
    [['overridden', 'name']],
  )
})

test('hyperkube and k3s', async () => {
  process(4, ['hyperkube', 'kube-apiserver', '--etcd_servers', 'https://127.0.0.1:2379'])
  write('/var/lib/rancher/k3s/server/db/etcd/config', 'name: k3s-1\ndata-dir: /var/lib/etcd\n')
  const { members, apiservers } = await discover()
  assert.deepEqual(
    members.map((one) => one.name),
    ['k3s-1'],
  )
  assert.equal(setting(launch(apiservers[0]?.running), 'etcd-servers'), 'https://127.0.0.1:2379')
})
