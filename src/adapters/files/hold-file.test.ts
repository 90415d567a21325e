import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { holdFile } from './hold-file.ts'

test('one holds, the next is told, a holder that is gone does not count', async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'hold-test-'))
  t.after(() => rm(directory, { recursive: true }))
  const path = join(directory, 'state', 'run.lock')
  const release = await holdFile(path)
  await assert.rejects(holdFile(path), { kind: 'conflict', code: 'files.held' })
  await release()
  await (
    await holdFile(path)
  )()
  // The id of this process at another time.
  await writeFile(path, `${process.pid} 1`)
  await (
    await holdFile(path)
  )()
  assert.deepEqual(await readdir(join(directory, 'state')), [])
})
