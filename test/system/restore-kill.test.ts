// Killed at every single change to the disk, just before and just after it: the next run goes on, or takes all of it back.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import * as fs from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { silent } from '../../src/ports/progress.ts'
import type { FileDraft } from '../../src/ports/file-draft.ts'
import type { Files } from '../../src/ports/files.ts'
import { wire } from '../../src/wiring.ts'
import {
  applyRestore,
  rollBackRestore,
  type RestoringPorts,
} from '../../src/backup/restore/apply-restore.ts'
import type { RestorePlan, RestoreTarget } from '../../src/backup/restore/model.ts'
import { fileSource, readSource } from '../../src/backup/restore/source.ts'

const SNAPSHOT = gunzipSync(readFileSync(new URL('../vectors/snapshot.db.gz', import.meta.url)))
const DATABASE = SNAPSHOT.subarray(0, -32)
const { signal } = new AbortController()
const real = wire()

class Killed extends Error {}

/** Changes to the disk, of which the `at`-th is the last. */
interface Life {
  count: number
  readonly at: number
  readonly when: 'before' | 'after'
}

async function change<T>(life: Life, work: () => Promise<T>): Promise<T> {
  life.count += 1
  if (life.count > life.at || (life.count === life.at && life.when === 'before')) throw new Killed()
  const result = await work()
  if (life.count === life.at) throw new Killed()
  return result
}

/** Makes what etcd's tool makes, as far as a restore looks at it. */
const tool: RestoringPorts['launcher'] = {
  ...real.launcher,
  async start({ argv, log }) {
    const flag = (name: string) =>
      argv.find((one) => one.startsWith(`--${name}=`))?.slice(name.length + 3)
    const data = flag('data-dir') ?? ''
    assert.deepEqual(await fs.readdir(data).catch(() => []), [])
    const wal = flag('wal-dir') ?? join(data, 'member/wal')
    await fs.mkdir(join(data, 'member/snap'), { recursive: true })
    await fs.mkdir(wal, { recursive: true })
    const file = argv[3] ?? ''
    assert.deepEqual(await fs.readFile(file), SNAPSHOT)
    assert.equal((await fs.stat(file)).mode & 0o777, 0o600)
    await fs.writeFile(join(data, 'member/snap/db'), DATABASE)
    await fs.writeFile(join(wal, '0.wal'), 'new')
    await fs.writeFile(log, '')
    const exited = Promise.resolve({ status: 0 })
    return { pid: 0, exited, stop: () => exited, kill: () => exited }
  },
}

/** Without a handle that a killed run would leave open. */
async function draft(path: string, life: Life): Promise<FileDraft> {
  const fresh = `${path}.part`
  await fs.writeFile(fresh, '', { mode: 0o600 })
  return {
    write: (bytes) => fs.appendFile(fresh, bytes),
    sync: async () => undefined,
    commit: () => change(life, () => fs.rename(fresh, path)),
    discard: () => change(life, () => fs.rm(fresh, { force: true })),
  }
}

function portsWith(life: Life): RestoringPorts {
  const files = Object.fromEntries(
    Object.entries(real.files).map(([name, work]) => [
      name,
      (...args: never[]) =>
        change(life, () => (work as (...args: never[]) => Promise<unknown>)(...args)),
    ]),
  ) as unknown as Files
  const host = { ...real.host(), pids: async () => [] }
  const reach = async () => ({ outcome: 'unreachable' as const, detail: '' })
  return {
    ...real,
    files,
    host: () => host,
    prober: () => ({ ...real.prober(), reach }),
    launcher: { ...tool, start: (options) => change(life, () => tool.start(options)) },
    draftFile: (path) => change(life, () => draft(path, life)),
  }
}

const forever = (): Life => ({ count: 0, at: Infinity, when: 'after' })

interface Ground {
  readonly root: string
  readonly plan: RestorePlan
  readonly apply: (life: Life) => Promise<string>
  readonly rollBack: (life: Life) => Promise<string>
}

async function lay(root: string): Promise<Ground> {
  const at = (name: string) => join(root, name)
  await fs.writeFile(at('etcd.db'), SNAPSHOT)
  await fs.mkdir(at('m1/member/snap'), { recursive: true, mode: 0o700 })
  await fs.writeFile(at('m1/member/snap/db'), 'old')
  await fs.mkdir(at('wal/m1'), { recursive: true })
  await fs.writeFile(at('wal/m1/0.wal'), 'old wal')
  const members: readonly RestoreTarget[] = [
    {
      name: 'm1',
      peerUrls: ['http://127.0.0.1:1'],
      clientUrls: [],
      dataDirectory: at('m1'),
      walDirectory: at('wal/m1'),
    },
    // It had no data yet.
    { name: 'm2', peerUrls: ['http://127.0.0.1:2'], clientUrls: [], dataDirectory: at('m2') },
  ]
  const source = await fileSource(real.host(), at('etcd.db'))
  const { content } = await readSource(source, signal, () => undefined)
  const plan: RestorePlan = {
    schema: 'etcdkeep.restore-plan/v1',
    id: '0123456789ab',
    source: source.name,
    content,
    members,
    cluster: members,
    token: 'fresh',
    tool: { program: '/usr/bin/etcdutl', version: '3.5.30', bumps: true },
    old: [],
    warnings: [],
  }
  const state = at('state')
  const options = { state, signal, access: {}, progress: silent, passed: () => undefined }
  return {
    root,
    plan,
    apply: async (life) =>
      (await applyRestore(portsWith(life), plan, { ...options, source: async () => source })).as,
    rollBack: async (life) => (await rollBackRestore(portsWith(life), options)).outcome.as,
  }
}

async function ground(t: TestContext) {
  const root = await fs.mkdtemp(join(tmpdir(), 'etcdkeep-restore-test-'))
  t.after(() => fs.rm(root, { recursive: true, force: true }))
  return async <T>(work: (ground: Ground) => Promise<T>): Promise<T> => {
    await fs.rm(root, { recursive: true, force: true })
    await fs.mkdir(root)
    return work(await lay(root))
  }
}

/** Whether `work` came to its end before its life did. */
async function survives(work: Promise<unknown>): Promise<boolean> {
  try {
    await work
    return true
  } catch (thrown) {
    if (thrown instanceof Killed) return false
    throw thrown
  }
}

const text = (root: string, path: string) => fs.readFile(join(root, path), 'utf8')
const entries = async (root: string) =>
  (await fs.readdir(root, { recursive: true })).filter((path) =>
    /(^|\/)\.|scratch|\.db$/.test(path),
  )

async function assertRestored({ root }: Ground): Promise<void> {
  for (const name of ['m1', 'm2'])
    assert.deepEqual(await fs.readFile(join(root, name, 'member/snap/db')), DATABASE)
  assert.equal(await text(root, 'm1/member.before-0123456789ab/snap/db'), 'old')
  assert.equal(await text(root, 'wal/m1/0.wal'), 'new')
  assert.equal(await text(root, 'wal/m1.before-0123456789ab/0.wal'), 'old wal')
  assert.deepEqual(await entries(root), ['etcd.db'])
}

async function assertOld({ root }: Ground): Promise<void> {
  assert.equal(await text(root, 'm1/member/snap/db'), 'old')
  assert.equal(await text(root, 'wal/m1/0.wal'), 'old wal')
  await assert.rejects(fs.stat(join(root, 'm2/member')))
  assert.deepEqual(await entries(root), ['etcd.db'])
}

/** Each change in turn, until the work comes to its end. */
async function eachDeath(
  t: TestContext,
  die: (ground: Ground, life: Life) => Promise<unknown>,
  then: (ground: Ground) => Promise<void>,
): Promise<void> {
  const fresh = await ground(t)
  for (const when of ['before', 'after'] as const)
    for (let at = 1; at < 500; at += 1) {
      let over = false
      await fresh(async (ground) => {
        over = await survives(die(ground, { count: 0, at, when }))
        await then(ground).catch((cause: unknown) => {
          throw new Error(`killed ${when} change ${at}`, { cause })
        })
      })
      if (over) break
    }
}

test('a killed restore goes on with the next run', async (t) => {
  await eachDeath(
    t,
    (ground, life) => ground.apply(life),
    async (ground) => {
      assert.equal(await ground.apply(forever()), 'waiting')
      await assertRestored(ground)
    },
  )
})

test('a killed restore is taken back', async (t) => {
  await eachDeath(
    t,
    (ground, life) => ground.apply(life),
    async (ground) => {
      const begun = await fs.stat(join(ground.root, 'state/restore.jsonl')).catch(() => undefined)
      if (begun) assert.equal(await ground.rollBack(forever()), 'rolled-back')
      await assertOld(ground)
    },
  )
})

test('a killed roll-back is ended by the next', async (t) => {
  await eachDeath(
    t,
    async (ground, life) => {
      await ground.apply(forever())
      await ground.rollBack(life)
    },
    async (ground) => {
      const ended = (await text(ground.root, 'state/restore.jsonl')).includes('"end"')
      if (!ended) assert.equal(await ground.rollBack(forever()), 'rolled-back')
      await assertOld(ground)
      assert.deepEqual(
        await fs.readFile(join(ground.root, 'm1/member.undone-0123456789ab/snap/db')),
        DATABASE,
      )
    },
  )
})

test('a restore killed before its first rename, and its roll-back killed too', async (t) => {
  const fresh = await ground(t)
  let half = 1
  const swapping = async (ground: Ground) => {
    await survives(ground.apply({ count: 0, at: half, when: 'after' }))
    return (await text(ground.root, 'state/restore.jsonl').catch(() => '')).includes('"swap"')
  }
  while (!(await fresh(swapping))) half += 1
  await eachDeath(
    t,
    async (ground, life) => {
      await survives(ground.apply({ count: 0, at: half, when: 'after' }))
      await ground.rollBack(life)
    },
    async (ground) => {
      const ended = (await text(ground.root, 'state/restore.jsonl')).includes('"end"')
      if (!ended) assert.equal(await ground.rollBack(forever()), 'rolled-back')
      await assertOld(ground)
    },
  )
})
