import * as fc from 'fast-check'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { isEndless } from './midpoint.ts'
import { ScanPlan, type Reads } from './plan.ts'

/** A keyspace in memory that answers as etcd does and notes what was read. */
function memory(keys: readonly Buffer[], pageRows: number) {
  const read: string[] = []
  let [walked, probes, turn] = [0, 0, 0]
  /** Answers overtake each other. */
  const late = async () => {
    turn += 1
    for (let ticks = (turn * 7) % 4; ticks > 0; ticks -= 1) await setImmediate()
  }
  const inside = (low: Buffer, high: Buffer) => {
    const found = keys.filter(
      (key) => Buffer.compare(key, low) >= 0 && (isEndless(high) || Buffer.compare(key, high) < 0),
    )
    walked += found.length
    return found
  }
  const reads: Reads = {
    pageRows: () => pageRows,
    async page(low, high) {
      await late()
      const found = inside(low, high)
      const rows = found.slice(0, pageRows)
      read.push(...rows.map((key) => key.toString('hex')))
      await late()
      return {
        rows: rows.length,
        count: found.length,
        more: rows.length < found.length,
        lastKey: rows.at(-1) ?? Buffer.alloc(0),
      }
    },
    async probe(low, high) {
      probes += 1
      await late()
      const found = inside(low, high)
      return { first: found[0] ?? Buffer.alloc(0), count: found.length }
    },
  }
  return { reads, read, walked: () => walked, probes: () => probes }
}
const sorted = (keys: readonly Uint8Array[]) =>
  [...new Set(keys.map((key) => Buffer.from(key).toString('hex')))].toSorted()

test('every key is read once, whatever the keys look like', async () => {
  const tail = fc.uint8Array({ maxLength: 10 })
  const key = fc.oneof(
    fc.uint8Array({ minLength: 1, maxLength: 9 }),
    tail.map((end) => Buffer.concat([Buffer.from('/registry/secrets/'), end])),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(key, { maxLength: 150 }), async (keys) => {
      const wanted = sorted(keys)
      const space = memory(
        wanted.map((hex) => Buffer.from(hex, 'hex')),
        4,
      )
      await new ScanPlan(space.reads, 4).run(Buffer.of(0), Buffer.of(0))
      assert.deepEqual(space.read.toSorted(), wanted)
    }),
  )
})

test('etcd walks a small multiple of the rows, not their square', async () => {
  const rows = 4000
  const keys = Array.from({ length: rows }, (_, i) =>
    Buffer.from(
      `/registry/${i % 3 === 0 ? 'pods' : 'secrets'}/ns-${i % 7}/name-${String(i).padStart(6, '0')}`,
    ),
  ).toSorted((one, other) => Buffer.compare(one, other))
  const space = memory(keys, 20)
  await new ScanPlan(space.reads, 4).run(Buffer.of(0), Buffer.of(0))
  assert.equal(space.read.length, rows)
  assert.ok(space.walked() < rows * 8, `${space.walked()} rows were walked`)
  assert.ok(space.probes() < 800, `${space.probes()} looks`)
})

test('the first failure ends the scan', async () => {
  const space = memory(
    Array.from({ length: 100 }, (_, i) => Buffer.of(1, i)),
    4,
  )
  let pages = 0
  const reads: Reads = {
    ...space.reads,
    page: (low, high) =>
      (pages += 1) === 3 ? Promise.reject(new Error('lost')) : space.reads.page(low, high),
  }
  await assert.rejects(new ScanPlan(reads, 4).run(Buffer.of(0), Buffer.of(0)), /lost/)
})

test('pages that promise more but bring nothing end the scan', async () => {
  const empty = { rows: 0, count: 9, more: true, lastKey: Buffer.alloc(0) }
  const reads: Reads = {
    pageRows: () => 4,
    page: async () => empty,
    probe: async () => ({ first: Buffer.alloc(0), count: 0 }),
  }
  await assert.rejects(new ScanPlan(reads, 4).run(Buffer.of(0), Buffer.of(0)), /does not get ahead/)
})
