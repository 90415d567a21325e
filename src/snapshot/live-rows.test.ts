import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import * as fc from 'fast-check'
import { KeepError } from '../core/error.ts'
import { KeyspaceTally } from '../encryption/keyspace-tally.ts'
import { cachedSource } from './byte-source.ts'
import { readLiveRows } from './live-rows.ts'
import { verifySnapshot } from './verify-snapshot.ts'

// Saved by etcdctl 3.5.30 from a member with 190 rows written, 50 deleted, 10 changed, one of 9 KB put again.
const file = new URL('../../test/vectors/snapshot.db.gz', import.meta.url)
const SNAPSHOT = gunzipSync(readFileSync(file))
const source = (bytes: Buffer) =>
  cachedSource(bytes.length, (at, length) => Promise.resolve(bytes.subarray(at, at + length)))

async function read(bytes: Buffer) {
  const tally = new KeyspaceTally()
  const result = await readLiveRows(source(bytes), (key, value) => tally.add(key, value))
  return { ...result, resources: tally.result().resources }
}

test('the rows that live at the last revision are those that etcd has', async () => {
  const { revision, rows, resources } = await read(SNAPSHOT)
  assert.deepEqual([revision, rows], [252n, 141])
  const counts = resources.flatMap((one) =>
    one.stored.map((as) => [one.resource, as.provider, as.key, as.rows]),
  )
  assert.deepEqual(counts, [
    ['configmaps', 'plaintext', undefined, 40],
    ['secrets', 'aescbc', 'key1', 45],
    ['secrets', 'aescbc', 'key2', 45],
    ['secrets', 'kms-v2', 'vault', 1],
    ['secrets', 'plaintext', undefined, 10],
  ])
})

test('a sound snapshot verifies; one changed or missing byte does not', async () => {
  assert.deepEqual(await verifySnapshot(source(SNAPSHOT)), { kind: 'snapshot' })
  const changed = Buffer.from(SNAPSHOT)
  changed.writeUInt8((changed.readUInt8(60_000) ^ 1) & 0xff, 60_000)
  await assert.rejects(verifySnapshot(source(changed)), /SHA-256/)
  await assert.rejects(verifySnapshot(source(SNAPSHOT.subarray(0, 40_000))), /cut short/)
})

test('without its trailer it is a copy of a database', async () => {
  const copy = SNAPSHOT.subarray(0, SNAPSHOT.length - 32)
  assert.deepEqual(await verifySnapshot(source(copy)), { kind: 'database copy' })
  assert.equal((await read(copy)).rows, 141)
})

test('a broken first meta page leaves the second one', async () => {
  const broken = Buffer.from(SNAPSHOT)
  broken.fill(0, 0, 64)
  assert.equal((await read(broken)).rows, 141)
})

/** Whatever is in the file: an answer or KeepError `corrupt`, and always an end. */
async function bounded(bytes: Buffer) {
  let visited = 0
  try {
    await readLiveRows(source(bytes), () => void (visited += 1))
  } catch (thrown) {
    assert.ok(thrown instanceof KeepError, String(thrown))
    assert.equal(thrown.kind, 'corrupt')
  }
  assert.ok(visited <= 100_000)
}

test('no damage makes the reader crash or run on', async () => {
  const change = fc.tuple(
    fc.nat(SNAPSHOT.length - 9),
    fc.uint8Array({ minLength: 1, maxLength: 8 }),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 20 }), async (changes) => {
      const bytes = Buffer.from(SNAPSHOT)
      for (const [at, put] of changes) bytes.set(put, at)
      await bounded(bytes)
    }),
    { numRuns: 150 },
  )
})

test('no damage to the head of any page makes the reader crash or run on', async () => {
  const change = fc.tuple(fc.nat(18), fc.nat(40), fc.uint8Array({ minLength: 1, maxLength: 8 }))
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 4 }), async (changes) => {
      const bytes = Buffer.from(SNAPSHOT)
      for (const [page, at, put] of changes) bytes.set(put, page * 4096 + at)
      await bounded(bytes)
    }),
    { numRuns: 300 },
  )
})

test('garbage is no database', async () => {
  await fc.assert(fc.asyncProperty(fc.uint8Array(), (bytes) => bounded(Buffer.from(bytes))))
})
