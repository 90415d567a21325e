// Damaged snapshots of real members: an answer or KeepError `corrupt`, never anything else, and always an end.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { Secret } from '../../src/core/secret.ts'
import { KeepError } from '../../src/core/error.ts'
import { readAuthRecords } from '../../src/snapshot/auth-records.ts'
import { cachedSource } from '../../src/snapshot/byte-source.ts'
import { inspectSnapshot } from '../../src/snapshot/inspect-snapshot.ts'
import { readLiveRows } from '../../src/snapshot/live-rows.ts'
import { binariesFor } from '../support/cluster.ts'
import { type OneMember, startOneMember } from '../support/one-member.ts'
import { saveSnapshot } from '../support/save-snapshot.ts'

const PAGE = 4096

/** Leases, users, free pages, values over many pages, a bucket of keys of several levels. */
async function populate({ etcd, endpoint }: OneMember): Promise<void> {
  const put = (key: string, size: number) =>
    etcd.kv.put({ key: Buffer.from(key), value: Buffer.alloc(size, key) })
  for (let at = 0; at < 400; at += 1) await put(`/registry/pods/ns/${at % 150}`, (at * 37) % 3000)
  for (let at = 0; at < 6; at += 1) await put(`/registry/secrets/ns/${at}`, 30_000 * at)
  const { header } = await etcd.kv.range({ key: Buffer.from('x') })
  await etcd.kv.compact(header.revision - 100n, true)
  for (let at = 0; at < 30; at += 1) await put(`/registry/pods/ns/${at}`, 900)
  for (let at = 0; at < 80; at += 1) await etcd.lease.grant(600n)
  for (let at = 0; at < 20; at += 1) await etcd.auth.userAdd(`user-${at}`)
  await etcd.auth.userAdd('root', new Secret('hunter2'))
  await etcd.auth.roleAdd('reader')
  await etcd.maintenance.status(endpoint)
}

const pieces = async function* (bytes: Buffer) {
  for (let at = 0; at < bytes.length; at += 50_000) yield bytes.subarray(at, at + 50_000)
}
const inspect = (bytes: Buffer, sha256: boolean) =>
  inspectSnapshot({ size: bytes.length, pieces: pieces(bytes) }, { sha256, hash: true })
const source = (bytes: Buffer) =>
  cachedSource(bytes.length, (at, length) => Promise.resolve(bytes.subarray(at, at + length)))

async function outcome(work: () => Promise<unknown>): Promise<'sound' | 'corrupt'> {
  try {
    await work()
    return 'sound'
  } catch (thrown) {
    assert.ok(thrown instanceof KeepError, thrown instanceof Error ? thrown.stack : String(thrown))
    assert.equal(thrown.kind, 'corrupt')
    return 'corrupt'
  }
}

/** FNV-1a over the meta page, so that a changed one still counts. */
function seal(bytes: Buffer, page: number): void {
  let hash = 0xcbf29ce484222325n
  for (const byte of bytes.subarray(page * PAGE + 16, page * PAGE + 72))
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n)
  bytes.writeBigUInt64LE(hash, page * PAGE + 72)
}

for (const version of ['3.4.23', '3.5.16', '3.5.30'])
  test(`${version}: no damage to a real snapshot makes a reader crash, hang or grow`, async (t) => {
    const [binary] = (await binariesFor(t, [version])) ?? []
    if (!binary) return
    const member = await startOneMember(binary)
    t.after(() => member.stop())
    await populate(member)
    const whole = await saveSnapshot(member.etcd, member.endpoint)
    const pageCount = Math.floor(whole.length / PAGE)
    assert.equal(await outcome(() => inspect(whole, true)), 'sound')
    await t.test('one changed bit is noticed, wherever it lies', () =>
      fc.assert(
        fc.asyncProperty(fc.nat(whole.length - 1), fc.nat(7), async (at, bit) => {
          const changed = Buffer.from(whole)
          changed.writeUInt8(changed.readUInt8(at) ^ (1 << bit), at)
          assert.equal(await outcome(() => inspect(changed, true)), 'corrupt')
        }),
        { numRuns: 100 },
      ),
    )
    const small = fc.uint8Array({ minLength: 1, maxLength: 8 })
    const anywhere = fc.tuple(fc.nat(whole.length - 9), small)
    const inHead = fc
      .tuple(fc.nat(pageCount - 1), fc.nat(200), small)
      .map(([page, at, put]): [number, Uint8Array] => [page * PAGE + at, put])
    const inMeta = fc
      .tuple(fc.nat(1), fc.integer({ min: 16, max: 71 }), small)
      .map(([page, at, put]): [number, Uint8Array] => [page * PAGE + at, put])
    const moved = fc
      .tuple(fc.nat(pageCount - 1), fc.nat(pageCount - 1))
      .map(([from, to]): [number, Uint8Array] => [
        to * PAGE,
        whole.subarray(from * PAGE, (from + 1) * PAGE),
      ])
    const change = fc.oneof(anywhere, inHead, inMeta, moved)
    await t.test('whatever is changed, and signed again', () =>
      fc.assert(
        fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 12 }), async (changes) => {
          const changed = Buffer.from(whole)
          for (const [at, put] of changes) changed.set(put.subarray(0, changed.length - at), at)
          for (const page of [0, 1]) seal(changed, page)
          const sha = createHash('sha256').update(changed.subarray(0, -32)).digest()
          changed.set(sha, changed.length - 32)
          await outcome(() => inspect(changed, true))
          await outcome(() => readAuthRecords(source(changed), Buffer.alloc(32)))
          let rows = 0
          await outcome(() => readLiveRows(source(changed), () => void (rows += 1)))
          assert.ok(rows <= whole.length)
        }),
        { numRuns: 150 },
      ),
    )
    await t.test('whatever is missing', () =>
      fc.assert(
        fc.asyncProperty(fc.nat(whole.length - 1), async (length) => {
          assert.equal(
            await outcome(() => inspect(whole.subarray(0, length), true)),
            length === whole.length - 32 ? 'sound' : 'corrupt',
          )
        }),
        { numRuns: 60 },
      ),
    )
  })
