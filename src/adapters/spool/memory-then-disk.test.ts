import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import * as fs from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import type { Spool } from '../../ports/spool.ts'
import { memoryThenDisk } from './memory-then-disk.ts'
import { SLOT } from './slot-file.ts'

const PIECES = Array.from({ length: 40 }, () => randomBytes(1000))
const WHOLE = Buffer.concat(PIECES)

async function fill(spool: Spool): Promise<void> {
  for (const piece of PIECES) await spool.add(piece)
  spool.end()
}
async function all(spool: Spool): Promise<Buffer> {
  const parts: Buffer[] = []
  for await (const part of spool.read()) {
    parts.push(Buffer.from(part))
    await turn()
  }
  return Buffer.concat(parts)
}
async function fresh(t: TestContext): Promise<string> {
  const directory = await fs.mkdtemp(join(tmpdir(), 'etcdkeep-spool-'))
  t.after(() => fs.rm(directory, { recursive: true }))
  return directory
}

test('two readers get everything in order, from memory and from disk', async (t) => {
  const spool = memoryThenDisk({ directory: await fresh(t), readers: 2, memory: 5000 })
  const [, one, two] = await Promise.all([fill(spool), all(spool), all(spool)])
  assert.deepEqual(one, WHOLE)
  assert.deepEqual(two, WHOLE)
  await spool.close()
})

test('a writer is as fast as the disk while nobody reads yet, and no file can be seen', async (t) => {
  const directory = await fresh(t)
  const spool = memoryThenDisk({ directory, readers: 1, memory: 5000 })
  await fill(spool)
  assert.deepEqual(await fs.readdir(directory), [])
  assert.deepEqual(await all(spool), WHOLE)
  await spool.close()
})

test('without room the writer waits for the slowest reader', async (t) => {
  const disk = 3 * SLOT
  const spool = memoryThenDisk({ directory: await fresh(t), readers: 2, memory: 2000, disk })
  let filled = false
  const filling = fill(spool).then(() => (filled = true))
  assert.deepEqual((await all(memoryOnly(spool))).length > 0, true)
  assert.equal(filled, false)
  assert.deepEqual(await all(spool), WHOLE)
  await filling
  await spool.close()
})

/** Reads two pieces and goes away, so that only the other reader counts. */
const memoryOnly = (spool: Spool): Spool => ({
  ...spool,
  async *read() {
    let left = 2
    for await (const piece of spool.read()) {
      yield piece
      left -= 1
      if (left === 0) return
    }
  },
})

test('a failure reaches writer and readers', async (t) => {
  const spool = memoryThenDisk({ directory: await fresh(t), readers: 1 })
  const reading = all(spool)
  spool.fail(new Error('gone'))
  await assert.rejects(reading, /gone/)
  await assert.rejects(spool.add(randomBytes(1)), /gone/)
  await spool.close()
})

test('where nobody reads any more, nobody waits', async (t) => {
  const disk = SLOT
  const spool = memoryThenDisk({ directory: await fresh(t), readers: 1, memory: 1000, disk })
  const filling = fill(spool)
  for await (const _ of spool.read()) break
  await filling
  await spool.close()
})

test('a directory that cannot be written is told by name', async () => {
  const spool = memoryThenDisk({ directory: '/no/such', readers: 1, memory: 10 })
  await assert.rejects(fill(spool), { kind: 'not-found' })
  await spool.close()
})
