// A repository from its first key to its last byte, with a real member, the real commands and real kills.
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { directoryStore } from '../../src/adapters/object-store/directory.ts'
import { keyServices } from '../../src/adapters/key-service/key-services.ts'
import { Secret } from '../../src/core/secret.ts'
import { appendRecord } from '../../src/repository/append-record.ts'
import { parseSigner } from '../../src/repository/signing-key.ts'
import { binariesFor } from '../support/cluster.ts'
import { eventually } from '../support/eventually.ts'
import { startOneMember } from '../support/one-member.ts'
import { addSnapshot, trusting } from '../support/repository.ts'
import { repositoryKeys } from '../support/repository-keys.ts'
import { session } from '../support/session.ts'

interface Result {
  readonly problems?: readonly { readonly code: string }[]
  readonly snapshots?: readonly { readonly sequence: number; readonly depth: string }[]
}

const snapshot = async (...args: readonly string[]) => {
  const { code, out, err } = await session(['snapshot', ...args, '-o', 'json'])
  return { code, err, result: JSON.parse(out) as Result }
}

test('from a member to a repository and back: saved, listed, verified, anchored in etcd, and a loss is named', async (t) => {
  const [binary] = (await binariesFor(t, ['3.5.30'])) ?? []
  if (!binary) return
  const member = await startOneMember(binary)
  t.after(() => member.stop())
  const made = await repositoryKeys(t)
  const { ca, certificate, key } = member.files
  const cluster = [
    '--endpoints',
    member.endpoint,
    '--cacert',
    ca,
    '--cert',
    certificate,
    '--key',
    key,
  ]
  const place = ['--repository', made.repository, '--anchor', 'etcd:/etcdkeep/anchor', ...cluster]
  for (let at = 0; at < 3; at += 1) {
    await member.etcd.kv.put({ key: Buffer.from(`/a/${at}`), value: Buffer.from('x'.repeat(1000)) })
    const saved = await snapshot(
      'save',
      ...place,
      '--sign-with',
      made.signing,
      '--recipient',
      made.recipient,
    )
    assert.equal(saved.code, 0, saved.err)
  }
  const listed = await snapshot('list', ...place, '--trust', made.trust)
  assert.deepEqual([listed.code, listed.result.problems], [0, []], listed.err)
  const verified = await snapshot(
    'verify',
    '--all',
    ...place,
    '--trust',
    made.trust,
    '--identity',
    made.identity,
  )
  assert.equal(verified.code, 0, JSON.stringify(verified.result))
  const depths = verified.result.snapshots?.map(({ depth }) => depth)
  assert.deepEqual(depths, ['opened', 'opened', 'opened'])
  const file = made.file('etcd.db')
  const exported = await snapshot(
    'export',
    ...place,
    '--trust',
    made.trust,
    '--identity',
    made.identity,
    '--into',
    file,
  )
  assert.equal(exported.code, 0, exported.err)
  const restored = made.file('restored')
  // etcdctl restores where there is no etcdutl (3.4).
  const tool = member.binary.etcdutl ?? member.binary.etcdctl
  const { status, stderr } = spawnSync(tool, ['snapshot', 'restore', file, '--data-dir', restored])
  assert.equal(status, 0, String(stderr))
  assert.equal((await snapshot('inspect', join(restored, 'member/snap/db'))).code, 0)
  await rm(join(made.repository, 'manifests/000000000003.json'))
  const lost = await snapshot('list', ...place, '--trust', made.trust)
  assert.equal(lost.code, 1)
  assert.equal(lost.result.problems?.[0]?.code, 'rolled-back')
})

const MAIN = new URL('../../src/cli/main.ts', import.meta.url).pathname

/** Runs a command as a process of its own, and kills it as soon as `when` holds. */
async function killed(args: readonly string[], when: () => boolean): Promise<boolean> {
  const child = spawn(process.execPath, [MAIN, 'snapshot', ...args], { stdio: 'ignore' })
  let ended = false
  const exit = new Promise<void>((resolve) =>
    child.on('exit', () => resolve(((ended = true), undefined))),
  )
  await eventually('the command got that far', () => ended || when())
  const inTime = child.kill('SIGKILL')
  await exit
  return inTime
}

const SNAPSHOTS = 25

async function filled(t: TestContext) {
  const made = await repositoryKeys(t)
  const store = directoryStore({ path: made.repository })
  const signer = parseSigner(new Secret(await readFile(made.signing, 'utf8')), made.signing)
  const trust = trusting(signer)
  const wrappers = [await keyServices().ageRecipient(made.recipient)]
  for (let at = 1; at <= SNAPSHOTS; at += 1) {
    const { sequence, id } = await addSnapshot({ store, signer, trust, wrappers })
    const about = { sequence, id }
    if (at === SNAPSHOTS)
      await appendRecord(
        store,
        { kind: 'verified', snapshot: about, depth: 'stored' },
        { signer, trust, now: new Date() },
      )
  }
  const place = ['--repository', made.repository, '--sign-with', made.signing]
  const count = (folder: string) => readdirSync(join(made.repository, folder)).length
  const sound = async () => {
    const { code, result } = await snapshot(
      'verify',
      '--all',
      '--repository',
      made.repository,
      '--trust',
      made.trust,
    )
    assert.equal(code, 0, JSON.stringify(result))
    return (result.snapshots ?? []).map(({ sequence }) => sequence)
  }
  return { ...made, place, count, sound }
}

test('prune that is killed again and again leaves nothing broken, and ends where one run would', async (t) => {
  const { place, count, sound } = await filled(t)
  const args = ['prune', '--yes', '--keep-last', '2', ...place]
  let kills = 0
  for (const left of [23, 18, 17, 9, 4]) {
    if (await killed(args, () => count('data') <= left)) kills += 1
    const alive = await sound()
    assert.deepEqual(alive.slice(-2), [SNAPSHOTS - 1, SNAPSHOTS])
  }
  assert.ok(kills > 0)
  assert.equal((await snapshot(...args)).code, 0)
  assert.deepEqual(await sound(), [SNAPSHOTS - 1, SNAPSHOTS])
  assert.deepEqual([count('data'), count('keys'), count('manifests')], [2, 2, SNAPSHOTS])
})

test('rekey that is killed again and again leaves every snapshot readable, and ends where one run would', async (t) => {
  const { directory, identity, place, count, repository, trust, sound } = await filled(t)
  const other = await keyServices().newIdentity()
  const both = join(directory, 'both.txt')
  await writeFile(both, `${await readFile(identity, 'utf8')}${other.text.reveal()}`, {
    mode: 0o600,
  })
  const args = [
    'rekey',
    '--all',
    '--remove-old',
    '--identity',
    both,
    '--recipient',
    other.recipient,
    ...place,
  ]
  const generation = (number: string) =>
    readdirSync(join(repository, 'keys')).filter((name) => name.includes(`.${number}.`)).length
  let kills = 0
  for (const done of [2, 7, 12, 20]) {
    if (await killed(args, () => generation('001') >= done)) kills += 1
    assert.equal((await sound()).length, SNAPSHOTS)
    assert.ok(count('keys') >= SNAPSHOTS)
  }
  assert.ok(kills > 0)
  assert.equal((await snapshot(...args)).code, 0)
  assert.deepEqual([generation('000'), generation('001')], [0, SNAPSHOTS])
  const listed = await snapshot('list', '--repository', repository, '--trust', trust)
  assert.equal(listed.code, 0)
  assert.ok(existsSync(both))
})
