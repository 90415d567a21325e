// docs/guide/snapshots.md, command by command, in the order of the page.
import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { test } from 'node:test'
import { startCluster } from '../support/cluster.ts'
import { eventually } from '../support/eventually.ts'
import { commandOf, linesOf, publicHalves, replaced } from '../support/guide.ts'
import { session } from '../support/session.ts'

test('the guide leads from nothing to a drilled backup, and from a dead cluster to a running one', async (t) => {
  const cluster = await startCluster(t, { members: 1 })
  const [member] = cluster?.members ?? []
  if (!cluster || !member) return
  const directory = await mkdtemp(join(tmpdir(), 'etcdkeep-guide-'))
  t.after(() => rm(directory, { recursive: true, force: true }))
  const at = (name: string) => join(directory, name)
  await mkdir(at('state'))
  await mkdir(at('stopped'))
  const put = (key: string) =>
    cluster.etcd.kv.put({ key: Buffer.from(key), value: Buffer.from('marker-77aa') })
  for (let index = 0; index < 30; index += 1) await put(`/registry/pods/ns/p${index}`)
  let names: Readonly<Record<string, string>> = {
    'https://10.0.0.1:2379': member.clientUrl,
    '/backups/etcd': at('backups'),
    's3://offsite/etcd': at('offsite'),
    '/var/lib/etcdkeep': at('state'),
    '/etc/kubernetes/manifests/etcd.yaml': member.manifest,
    '/etc/kubernetes/manifests/': `${cluster.manifests}/`,
    '/root/stopped/etcd.yaml': at(`stopped/${basename(member.manifest)}`),
    '/root/stopped': at('stopped'),
    ' keys': ` ${at('keys')}`,
    ' etcd.db': ` ${at('etcd.db')}`,
    ' ca.crt': ` ${cluster.client.ca}`,
    ' client.crt': ` ${cluster.client.certificate}`,
    ' client.key': ` ${cluster.client.key}`,
  }
  const running = () => cluster.pid(member.name) !== undefined
  const move = async (words: readonly string[]) => {
    const [from = '', into = ''] = words
    await rename(from, join(into, basename(from)))
    const back = into.startsWith(cluster.manifests)
    await eventually('the member follows its manifest', () => running() === back)
  }
  let commands = 0
  for (const line of await linesOf('docs/guide/snapshots.md'))
    await t.test(line.slice(0, 70), async () => {
      const words = replaced(commandOf(line) ?? line, names).split(/\s+/)
      if (commandOf(line) === undefined) {
        assert.match(line, /^sudo mv /)
        await move(words.slice(2))
        return
      }
      commands += 1
      const restores = words.includes('restore') ? [`--state=${at('restore')}`] : []
      const done = await session([...words, ...restores])
      assert.equal(done.code, 0, `${done.out}\n${done.err}`)
      assert.ok(!done.out.includes('marker-77aa'))
      if (words.includes('keygen')) names = { ...names, ...publicHalves(done.out) }
    })
  assert.ok(commands > 10)
  const { kvs } = await cluster.etcd.kv.range({ key: Buffer.from('/registry/pods/ns/p7') })
  assert.equal(Buffer.from(kvs[0]?.value ?? []).toString(), 'marker-77aa')
})
