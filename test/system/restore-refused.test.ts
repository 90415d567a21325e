// What stands in the way of a restore: a repository that was meddled with, damage, mistakes, kill -9.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { binariesFor } from '../support/cluster.ts'
import { eventually } from '../support/eventually.ts'
import { has, layCluster, ports, put, read, restore, save } from '../support/restorable.ts'
import { session } from '../support/session.ts'

test('out of a repository: judged first, and refused while something is wrong with it', async (t) => {
  const [binary] = (await binariesFor(t, ['3.5.30'])) ?? []
  if (!binary) return
  const cluster = await layCluster(t, binary, 1)
  await cluster.start()
  const keys = join(cluster.directory, 'keys')
  const made = await session(['snapshot', 'keygen', '--directory', keys, '-o', 'json'])
  const { made: files } = JSON.parse(made.out) as {
    readonly made: readonly { what: string; file: string; public: string }[]
  }
  const of = (what: string) => files.find((one) => one.what === what)
  const repository = join(cluster.directory, 'repository')
  const anchor = join(cluster.directory, 'anchor.json')
  const into = [
    `--repository=${repository}`,
    `--sign-with=${of('signing key')?.file}`,
    `--recipient=${of('identity')?.public}`,
    `--anchor=${anchor}`,
    `--endpoints=${cluster.endpoints[0]}`,
  ]
  for (const name of ['kept', 'newer']) {
    await put(cluster, name)
    const saved = await session(['snapshot', 'save', ...into])
    assert.equal(saved.code, 0, saved.err)
  }
  await cluster.stop()
  const from = [
    `--repository=${repository}`,
    `--trust=${of('signing key')?.public}`,
    `--identity=${of('identity')?.file}`,
    `--anchor=${anchor}`,
  ]
  const manifests = join(repository, 'manifests')
  const [first, last = ''] = (await readdir(manifests)).toSorted()
  assert.ok(first)
  await rename(join(manifests, last), join(cluster.directory, last))
  const refused = await restore(cluster, ...from, ...cluster.flags)
  assert.equal(refused.code, 5, refused.out)
  assert.equal(read(refused.out).error?.code, 'restore.repository')
  const unnamed = await restore(cluster, ...from, '--accept-problems', ...cluster.flags)
  assert.equal(unnamed.code, 5, unnamed.out)
  const named = await restore(cluster, ...from, '1', '--accept-problems', ...cluster.flags)
  assert.equal(read(named.out).outcome?.as, 'waiting', named.out)
  assert.equal((await restore(cluster, '--rollback')).code, 0)

  await rename(join(cluster.directory, last), join(manifests, last))
  const placed = await restore(cluster, ...from, ...cluster.flags)
  assert.equal(read(placed.out).outcome?.as, 'waiting', placed.out)
  await cluster.start()
  const proven = await restore(cluster)
  assert.equal(read(proven.out).outcome?.as, 'restored', proven.out)
  assert.equal(await has(cluster, 'newer'), true)
})

test('one run at a time', async (t) => {
  const directory = await ports.files.makeTemporaryDirectory('etcdkeep-test-')
  t.after(() => ports.files.remove(directory))
  const release = await ports.files.hold(join(directory, 'state/run.lock'))
  const other = await restore({ directory }, 'any.db')
  assert.equal(read(other.out).error?.code, 'files.held')
  await release()
  assert.notEqual(read((await restore({ directory }, 'any.db')).out).error?.code, 'files.held')
})

test('damage and what does not fit are told before anything is made', async (t) => {
  const [binary] = (await binariesFor(t, ['3.5.30'])) ?? []
  if (!binary) return
  const cluster = await layCluster(t, binary, 1)
  await cluster.start()
  await put(cluster, 'kept')
  const file = await save(cluster)
  await cluster.stop()
  const before = await readdir(cluster.dataDirectory(0))
  const bytes = await readFile(file)
  bytes.writeUInt8(bytes.readUInt8(bytes.length - 100) ^ 1, bytes.length - 100)
  const bad = join(cluster.directory, 'bad.db')
  await writeFile(bad, bytes)
  for (const [code, ...args] of [
    [5, bad, ...cluster.flags],
    [2, join(cluster.directory, 'absent.db'), ...cluster.flags],
    [2, file],
    [2, file, '--bump', '-1', ...cluster.flags],
    [2, file, '--member', 'data-dir=/x', '--member', 'name=m1'],
    [2, file, ...cluster.flags, ...cluster.flags],
    [2, '--rollback'],
  ] as const) {
    const refused = await restore(cluster, ...args)
    assert.equal(refused.code, code, refused.out)
    assert.equal(read(refused.out).error?.code.startsWith('bug'), false)
    assert.ok(read(refused.out).error?.hint, refused.out)
  }
  assert.deepEqual(await readdir(cluster.dataDirectory(0)), before)
})

test('killed in the middle of it, the same command ends what was begun', async (t) => {
  const [binary] = (await binariesFor(t, ['3.5.30'])) ?? []
  if (!binary) return
  const cluster = await layCluster(t, binary, 1)
  await cluster.start()
  await put(cluster, 'kept')
  const file = await save(cluster)
  await cluster.stop()
  const state = join(cluster.directory, 'state')
  const argv = ['snapshot', 'restore', '--yes', '--state', state, file, ...cluster.flags]
  for (const said of ['"begin"', '"tried"', '"staged"']) {
    const child = spawn(process.execPath, ['src/cli/main.ts', ...argv], { stdio: 'ignore' })
    const ended = once(child, 'exit')
    await eventually(`the journal says ${said}`, async () => {
      const journal = await readFile(join(state, 'restore.jsonl'), 'utf8').catch(() => '')
      return journal.includes(said) || child.exitCode !== null
    })
    child.kill('SIGKILL')
    await ended
  }
  const placed = await restore(cluster, file, ...cluster.flags)
  assert.equal(read(placed.out).outcome?.as, 'waiting', placed.out)
  assert.deepEqual(await readdir(state), ['restore.jsonl'])
  assert.equal((await readdir(cluster.dataDirectory(0))).length, 2)
  await cluster.start()
  const proven = await restore(cluster)
  assert.equal(read(proven.out).outcome?.as, 'restored', proven.out)
})
