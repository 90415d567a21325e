import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import { linuxHost } from '../../adapters/host/linux.ts'
import { discoverLaunches } from './launches.ts'
import { listening } from './listening.ts'
import { freshMember } from './members.ts'

let root = ''
beforeEach(() => (root = mkdtempSync(join(tmpdir(), 'etcdkeep-visible-'))))
afterEach(() => rmSync(root, { recursive: true, force: true }))

/** Without an environment: as it looks to an ordinary user. */
function process(pid: number, argv: readonly string[], environment?: string): void {
  const folder = join(root, `proc/${pid}`)
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'cmdline'), argv.map((word) => `${word}\0`).join(''))
  if (environment !== undefined) writeFileSync(join(folder, 'environ'), environment)
}

async function doors() {
  const { members } = await discoverLaunches(linuxHost({ root }))
  return Object.fromEntries(
    members.map((one) => {
      const client = listening(freshMember(one)).filter(({ role }) => role === 'client')
      return [one.name, { known: one.running.known, client: client.map(({ url }) => url) }]
    }),
  )
}

test('the arguments of a process with a hidden environment tell its doors', async () => {
  process(7, ['etcd', '--name=m1', '--listen-client-urls=http://10.0.0.1:2379'])
  assert.deepEqual(await doors(), { m1: { known: false, client: ['http://10.0.0.1:2379'] } })
})

test('where no argument tells, the default is tried', async () => {
  process(7, ['etcd', '--name=m1'])
  assert.deepEqual(await doors(), { m1: { known: false, client: ['http://localhost:2379'] } })
})

test("a default that is another process's door is not blamed on it", async () => {
  process(7, ['etcd', '--name=m1'])
  process(8, ['etcd', '--name=m2', '--listen-client-urls=http://127.0.0.1:2379'], '')
  assert.deepEqual(await doors(), {
    m1: { known: false, client: [] },
    m2: { known: true, client: ['http://127.0.0.1:2379'] },
  })
})

test('a hidden process belongs to the manifest whose data directory its arguments name', async () => {
  process(7, ['etcd', '--name=m1', '--data-dir=/data/etcd'])
  mkdirSync(join(root, 'etc/kubernetes/manifests'), { recursive: true })
  writeFileSync(
    join(root, 'etc/kubernetes/manifests/etcd.yaml'),
    `{apiVersion: v1, kind: Pod, metadata: {name: etcd}, spec: {containers: [{name: etcd,
      command: [etcd, --name=other, --data-dir=/data/etcd]}]}}`,
  )
  const { members } = await discoverLaunches(linuxHost({ root }))
  assert.equal(members.length, 1)
  assert.equal(members[0]?.declared.known, true)
})
