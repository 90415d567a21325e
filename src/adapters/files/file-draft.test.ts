import assert from 'node:assert/strict'
import * as fs from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { draftFile } from './file-draft.ts'

async function fresh(t: TestContext): Promise<string> {
  const directory = await fs.mkdtemp(join(tmpdir(), 'etcdkeep-draft-'))
  t.after(() => fs.rm(directory, { recursive: true }))
  return directory
}

test('a draft is unseen under its name until it is committed', async (t) => {
  const directory = await fresh(t)
  const path = join(directory, 'etcd.db')
  await fs.writeFile(path, 'old')
  const draft = await draftFile(path, { mode: 0o600 })
  await Promise.all([draft.write(Buffer.from('one ')), draft.write(Buffer.from('two'))])
  assert.equal(await fs.readFile(path, 'utf8'), 'old')
  await draft.commit()
  assert.equal(await fs.readFile(path, 'utf8'), 'one two')
  assert.equal((await fs.stat(path)).mode & 0o777, 0o600)
  await draft.discard()
  assert.deepEqual(await fs.readdir(directory), ['etcd.db'])
})

test('a discarded draft leaves nothing, and the old file', async (t) => {
  const directory = await fresh(t)
  const path = join(directory, 'etcd.db')
  await fs.writeFile(path, 'old')
  const draft = await draftFile(path, { mode: 0o600 })
  await draft.write(Buffer.from('new'))
  await draft.discard()
  assert.deepEqual(await fs.readdir(directory), ['etcd.db'])
  assert.equal(await fs.readFile(path, 'utf8'), 'old')
})

test('what is no regular file is not replaced', async (t) => {
  const directory = await fresh(t)
  await fs.symlink('/dev/null', join(directory, 'link'))
  for (const path of ['/dev/null', directory, join(directory, 'link')])
    await assert.rejects(draftFile(path, { mode: 0o600 }), { code: 'files.not-a-file' })
  await assert.rejects(draftFile(join(directory, 'no', 'etcd.db'), { mode: 0o600 }), {
    kind: 'not-found',
  })
})

test('what a killed process left of the same file goes away, after an hour', async (t) => {
  const directory = await fresh(t)
  const left = (name: string) => join(directory, name)
  const [old, young, other] = [
    '.a.db.0123456789ab.part',
    '.a.db.ba9876543210.part',
    '.b.db.0123456789ab.part',
  ]
  for (const name of [old, young, other]) await fs.writeFile(left(name ?? ''), 'secret')
  const before = new Date(Date.now() - 2 * 3_600_000)
  for (const name of [old, other]) await fs.utimes(left(name ?? ''), before, before)
  const draft = await draftFile(left('a.db'), { mode: 0o600 })
  await draft.discard()
  assert.deepEqual(
    (await fs.readdir(directory)).toSorted((a, b) => (a < b ? -1 : 1)),
    [young, other],
  )
})
