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
