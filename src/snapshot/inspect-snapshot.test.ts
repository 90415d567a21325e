import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import * as fc from 'fast-check'
import { KeepError } from '../core/error.ts'
import { inspectSnapshot, type InspectOptions } from './inspect-snapshot.ts'
import { readThrough } from './read-through.ts'

const file = new URL('../../test/vectors/snapshot.db.gz', import.meta.url)
const SNAPSHOT = gunzipSync(readFileSync(file))
const DATABASE = SNAPSHOT.subarray(0, -32)

/** A file whose reads give at most `most` bytes. */
const opened = (bytes: Buffer, most = Infinity) => ({
  read(into: Uint8Array, at: number) {
    const part = bytes.subarray(at, at + Math.min(into.length, most))
    into.set(part)
    return Promise.resolve(part.length)
  },
})
const inspect = (bytes: Buffer, options?: InspectOptions, size = bytes.length) =>
  inspectSnapshot({ size, pieces: readThrough(opened(bytes, 5000), size) }, options)
const refused = (bytes: Buffer, why: RegExp, options?: InspectOptions) =>
  assert.rejects(inspect(bytes, options), (thrown) => {
    assert.ok(thrown instanceof KeepError, String(thrown))
    assert.equal(thrown.kind, 'corrupt')
    assert.match(thrown.message, why)
    return true
  })

test('a sound snapshot is verified, a copy of its database is read', async () => {
  const whole = await inspect(SNAPSHOT)
  assert.equal(whole.form, 'snapshot')
  assert.equal(whole.sha256, SNAPSHOT.subarray(-32).toString('hex'))
  assert.equal(whole.survey.revision, 252n)
  const copy = await inspect(Buffer.concat([DATABASE, Buffer.alloc(65_536)]))
  assert.equal(copy.form, 'database')
  assert.equal(copy.survey.length - copy.survey.accounted, 65_536)
  assert.deepEqual(copy.survey.contents, whole.survey.contents)
})

test('every single changed bit is noticed', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(SNAPSHOT.length - 1), fc.nat(7), async (at, bit) => {
      const changed = Buffer.from(SNAPSHOT)
      changed.writeUInt8(changed.readUInt8(at) ^ (1 << bit), at)
      await refused(changed, /./)
    }),
    { numRuns: 300 },
  )
})

test('a byte that no page uses, which snapshot status passes', async () => {
  const changed = Buffer.from(SNAPSHOT)
  // Behind the last element of page 2.
  const free = 2 * 4096 + 3000
  changed.writeUInt8(changed.readUInt8(free) ^ 1, free)
  await refused(changed, /SHA-256/)
  assert.equal((await inspect(changed, { sha256: false })).form, 'snapshot')
})

test('what is missing or stands behind the end is noticed', async () => {
  for (const length of [0, 1, 31, 4096, 40_000, DATABASE.length - 4096, SNAPSHOT.length - 1])
    await refused(SNAPSHOT.subarray(0, length), /./)
  await refused(SNAPSHOT.subarray(0, 61_440 + 32), /meta page says|cut short/)
  for (const junk of [1, 32, 511, 512, 4096])
    await refused(Buffer.concat([SNAPSHOT, Buffer.alloc(junk, 0xa5)]), /./)
  // As long as a snapshot with its SHA-256 would be.
  const padded = Buffer.concat([DATABASE, Buffer.alloc(4096)])
  const sha = createHash('sha256').update(padded).digest()
  await refused(Buffer.concat([padded, sha]), /meta page says/)
})

test('a file that becomes shorter while it is read is refused', async () => {
  await assert.rejects(inspect(SNAPSHOT.subarray(0, 50_000), {}, SNAPSHOT.length), /could be read/)
})
