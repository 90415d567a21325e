import assert from 'node:assert/strict'
import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { KeepError } from '../../core/error.ts'
import { nodeFiles } from './node-files.ts'

const files = nodeFiles()

async function place(t: TestContext): Promise<string> {
  const directory = await files.makeTemporaryDirectory('files-test-')
  t.after(() => files.remove(directory))
  return directory
}
const modeOf = async (path: string) => (await fs.stat(path)).mode & 0o7777

test('a write replaces the whole file with the mode that was asked for, whatever the umask', async (t) => {
  const path = join(await place(t), 'a.key')
  await files.write(path, 'old and longer', { mode: 0o644 })
  const before = process.umask(0o077)
  try {
    await files.write(path, 'new', { mode: 0o640 })
  } finally {
    process.umask(before)
  }
  assert.equal(await fs.readFile(path, 'utf8'), 'new')
  assert.equal(await modeOf(path), 0o640)
  assert.deepEqual(await fs.readdir(join(path, '..')), ['a.key'])
})

test('a reader never sees half a file, and a failed write leaves the old one', async (t) => {
  const directory = await place(t)
  const path = join(directory, 'a')
  await fs.mkdir(path) // rename over a directory fails
  await assert.rejects(files.write(path, 'x', { mode: 0o600 }), KeepError)
  assert.deepEqual(await fs.readdir(directory), ['a'])
})

test('every directory that is made is private, those that were there keep their mode', async (t) => {
  const directory = await place(t)
  await fs.chmod(directory, 0o755)
  await files.makeDirectory(join(directory, 'b/c'))
  await files.makeDirectory(join(directory, 'b/c'))
  assert.equal(await modeOf(directory), 0o755)
  assert.equal(await modeOf(join(directory, 'b')), 0o700)
  assert.equal(await modeOf(join(directory, 'b/c')), 0o700)
})

test('errors name the path and the kind', async (t) => {
  const path = join(await place(t), 'no/such')
  await assert.rejects(files.write(path, '', { mode: 0o600 }), (error) => {
    assert.ok(error instanceof KeepError)
    assert.equal(error.kind, 'not-found')
    assert.match(error.message, /no\/such: no such file/)
    return true
  })
  await files.remove(path)
})

test('nothing but a regular file is ever replaced', async (t) => {
  const directory = await place(t)
  await fs.symlink('/dev/null', join(directory, 'device'))
  await fs.mkdir(join(directory, 'directory'))
  for (const name of ['device', 'directory'])
    await assert.rejects(files.write(join(directory, name), 'x', { mode: 0o600 }), {
      kind: 'conflict',
    })
  assert.equal(await fs.readlink(join(directory, 'device')), '/dev/null')
  assert.deepEqual((await fs.readdir(directory)).toSorted(), ['device', 'directory'])
})
