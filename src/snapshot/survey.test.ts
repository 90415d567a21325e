import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import * as fc from 'fast-check'
import { KeepError } from '../core/error.ts'
import { Survey, type SurveyOptions } from './survey.ts'

// Saved by etcdctl 3.5.30 from a member with 190 rows written, 50 deleted, 10 changed, one of 9 KB put again.
const file = new URL('../../test/vectors/snapshot.db.gz', import.meta.url)
const SNAPSHOT = gunzipSync(readFileSync(file)).subarray(0, -32)

function survey(bytes: Buffer, pieces: readonly number[] = [], options: SurveyOptions = {}) {
  const survey = new Survey({ length: bytes.length, ...options })
  const piece = Buffer.alloc(200_000)
  let at = 0
  for (let turn = 0; at < bytes.length; turn += 1) {
    const size = pieces.length === 0 ? 32_768 : Number(pieces[turn % pieces.length])
    // The buffer of a piece is overwritten by the next one.
    const length = bytes.copy(piece, 0, at, at + size)
    survey.write(piece.subarray(0, length))
    piece.fill(0xee)
    at += length
  }
  return survey.finish()
}

test('what etcd has at the last revision is found in one pass', () => {
  const found = survey(SNAPSHOT)
  assert.equal(found.revision, 252n)
  assert.equal(found.keys, 141)
  assert.deepEqual(found.contents, {
    revisions: 251,
    leases: 0,
    alarms: [],
    authEnabled: false,
    encryptionKeys: ['aescbc:key1', 'aescbc:key2', 'kms-v2:vault'],
  })
  assert.deepEqual(
    found.prefixes?.map((one) => [one.prefix.toString(), one.keys, one.revisions]),
    [
      ['/registry/secrets/', 101, 211],
      ['/registry/configmaps/', 40, 40],
    ],
  )
  assert.deepEqual(found.pages, { total: 19, tree: 14, free: 3 })
  assert.deepEqual([found.length, found.accounted], [77_824, 77_824])
  assert.deepEqual(found.members, [
    {
      id: '2e1259d415f2a040',
      name: 'm1',
      peerUrls: ['http://127.0.0.1:23800'],
      clientUrls: ['http://127.0.0.1:23790'],
      learner: false,
    },
  ])
  assert.deepEqual([found.consistentIndex, found.term, found.clusterVersion], [255n, 2n, '3.5.0'])
})

test('the pieces may have any size', () => {
  const whole = survey(SNAPSHOT)
  const size = fc.integer({ min: 1, max: 100_000 })
  fc.assert(
    fc.property(fc.array(size, { minLength: 1, maxLength: 5 }), (pieces) =>
      assert.deepEqual(survey(SNAPSHOT, pieces), whole),
    ),
    { numRuns: 40 },
  )
  assert.deepEqual(survey(SNAPSHOT, [1]), whole)
})

test('too many revisions leave counts by prefix away, never a wrong one', () => {
  const found = survey(SNAPSHOT, [], { mostRevisions: 100 })
  assert.deepEqual([found.keys, found.prefixes], [undefined, undefined])
  assert.equal(found.contents.revisions, 251)
  // Nothing was compacted: the hash needs no row.
  assert.deepEqual(found.hashKv, survey(SNAPSHOT).hashKv)
})

test('a file that ends early is refused, whatever its end held', () => {
  assert.throws(() => survey(SNAPSHOT.subarray(0, -4096)), /not a sound etcd database/)
  const unannounced = new Survey()
  unannounced.write(SNAPSHOT.subarray(0, -4096))
  assert.throws(() => unannounced.finish(), /cut short/)
})

/** Whatever is in the file: an answer or KeepError `corrupt`, and always an end. */
function bounded(bytes: Buffer): void {
  try {
    survey(bytes)
  } catch (thrown) {
    assert.ok(thrown instanceof KeepError, thrown instanceof Error ? thrown.stack : String(thrown))
    assert.equal(thrown.kind, 'corrupt')
  }
}

test('no damage makes the survey crash or run on', () => {
  const put = fc.uint8Array({ minLength: 1, maxLength: 8 })
  const anywhere = fc.tuple(fc.nat(SNAPSHOT.length - 9), put)
  const inHeads = fc
    .tuple(fc.nat(18), fc.nat(80), put)
    .map(([page, at, bytes]): [number, Uint8Array] => [page * 4096 + at, bytes])
  const changes = fc.array(fc.oneof(anywhere, inHeads), { minLength: 1, maxLength: 20 })
  fc.assert(
    fc.property(changes, (changed) => {
      const bytes = Buffer.from(SNAPSHOT)
      for (const [at, put] of changed) bytes.set(put, at)
      bounded(bytes)
    }),
    { numRuns: 500 },
  )
})

test('garbage is no database', () => {
  fc.assert(fc.property(fc.uint8Array(), (bytes) => bounded(Buffer.from(bytes))))
})
