import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import { linuxHost } from '../../adapters/host/linux.ts'
import { setting } from '../../effective/model.ts'
import { discoverLaunches } from './launches.ts'

const CONFIG = 'var/lib/rancher/k3s/server/db/etcd/config'
let root = ''
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'etcdkeep-k3s-'))
  write(
    CONFIG,
    'name: k3s-1\ndata-dir: /var/lib/etcd\nlisten-metrics-urls: http://127.0.0.1:2381\n',
  )
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), text)
}

async function metrics() {
  const { members } = await discoverLaunches(linuxHost({ root }))
  const of = (layer: 'running' | 'declared') => {
    const fact = members[0]?.[layer]
    return fact?.known ? setting(fact.value, 'listen-metrics-urls') : undefined
  }
  return { members: members.length, running: of('running'), declared: of('declared') }
}
const [local, open, other] = [
  'http://127.0.0.1:2381',
  'http://0.0.0.0:2381',
  'http://10.0.0.1:2381',
]

test('what k3s wrote for its etcd', async () => {
  assert.deepEqual(await metrics(), { members: 1, running: undefined, declared: local })
})

test('etcd-arg is what it will run with, the file what it runs with', async () => {
  write('etc/rancher/k3s/config.yaml', `etcd-arg: ["listen-metrics-urls=${open}"]\n`)
  write('proc/7/cmdline', '/usr/local/bin/k3s server\0')
  write('proc/7/environ', '')
  assert.deepEqual(await metrics(), { members: 1, running: local, declared: open })
})

test('the last file of config.yaml.d wins, and a plus adds', async () => {
  write('etc/rancher/k3s/config.yaml', `etcd-arg: --listen-metrics-urls=${open}\n`)
  write('etc/rancher/k3s/config.yaml.d/20.yaml', `etcd-arg+: ["listen-metrics-urls=${other}"]\n`)
  assert.equal((await metrics()).declared, other)
  write('etc/rancher/k3s/config.yaml.d/30.yaml', 'etcd-arg: ["log-level=info"]\n')
  assert.equal((await metrics()).declared, local)
  write('etc/rancher/k3s/config.yaml.d/40.yaml', 'etcd-arg: [unclosed\n')
  assert.equal((await metrics()).declared, local)
})

test('a k3s without an etcd is no member', async () => {
  rmSync(join(root, CONFIG))
  write('proc/7/cmdline', '/usr/local/bin/k3s\0server\0')
  assert.equal((await metrics()).members, 0)
})
