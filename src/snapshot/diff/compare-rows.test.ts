import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { compareRows, type KeyChange, type ReadRows } from './compare-rows.ts'

const rows =
  (given: ReadonlyMap<string, string>, revision = 1n): ReadRows =>
  (visit) => {
    const buffer = Buffer.alloc(4096)
    for (const [key, value] of given) {
      const k = buffer.write(key)
      const v = buffer.write(value, k)
      visit(buffer.subarray(0, k), buffer.subarray(k, k + v))
      buffer.fill(0xee)
    }
    return Promise.resolve({ revision })
  }

async function compare(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>) {
  const changes: KeyChange[] = []
  const result = await compareRows(rows(a, 5n), rows(b, 9n), (one) => changes.push(one))
  return { result, changes }
}

test('added, changed and removed keys are those of two maps', async () => {
  const side = fc.dictionary(fc.string({ maxLength: 12 }), fc.string({ maxLength: 30 }))
  await fc.assert(
    fc.asyncProperty(side, side, async (left, right) => {
      const [a, b] = [new Map(Object.entries(left)), new Map(Object.entries(right))]
      const { result, changes } = await compare(a, b)
      const keys = (change: string) =>
        changes.filter((one) => one.change === change).map((one) => one.key.toString())
      const only = (one: Map<string, string>, other: Map<string, string>) =>
        [...one.keys()].filter((key) => !other.has(key))
      assert.deepEqual(keys('added'), only(b, a))
      assert.deepEqual(keys('removed'), only(a, b))
      const both = [...b.keys()].filter((key) => a.has(key))
      assert.deepEqual(
        keys('changed'),
        both.filter((key) => a.get(key) !== b.get(key)),
      )
      assert.equal(result.unchanged, both.filter((key) => a.get(key) === b.get(key)).length)
      assert.deepEqual(result.keys, [a.size, b.size])
      assert.deepEqual(result.revisions, [5n, 9n])
    }),
  )
})

test('thousands of keys are found again', async () => {
  const many = new Map(Array.from({ length: 20_000 }, (_, at) => [`/k/${at}`, `${at}`]))
  const { result, changes } = await compare(many, many)
  assert.deepEqual([result.unchanged, changes.length], [20_000, 0])
})

test('a fingerprint is the same within a run and another one in the next', async () => {
  const a = new Map([['k', '1']])
  const b = new Map([
    ['k', '2'],
    ['l', '1'],
  ])
  const [first, second] = [await compare(a, b), await compare(a, b)]
  const [changed, added] = first.changes
  assert.equal(changed?.before?.fingerprint, added?.after?.fingerprint)
  assert.notEqual(changed?.before?.fingerprint, changed?.after?.fingerprint)
  assert.notEqual(changed?.before?.fingerprint, second.changes[0]?.before?.fingerprint)
})
