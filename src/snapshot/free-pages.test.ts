import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { readFreeRun } from './free-pages.ts'

const sourceOf = (bytes: Buffer) => ({
  size: bytes.length,
  read: (offset: number, length: number) =>
    Promise.resolve(bytes.subarray(offset, offset + length)),
})

async function rowsIn(bytes: Buffer): Promise<readonly (readonly [string, string])[]> {
  const found: (readonly [string, string])[] = []
  const run = { start: 0, end: bytes.length, mark: '/secrets/' }
  await readFreeRun(sourceOf(bytes), run, (key, head) =>
    found.push([key.toString('latin1'), head.toString('latin1', 0, 4)]),
  )
  return found
}

const varint = (value: number): number[] =>
  value < 128 ? [value] : [(value & 0x7f) | 0x80, ...varint(value >> 7)]

/** An mvccpb.KeyValue: key, both revisions, version, value. */
const row = (key: string, value: string): Buffer =>
  Buffer.concat([
    Buffer.from([0x0a, ...varint(key.length)]),
    Buffer.from(key),
    Buffer.from([0x10, 0xac, 0x02, 0x18, 0x05, 0x20, 0x01, 0x2a, ...varint(value.length)]),
    Buffer.from(value),
  ])

const one = '/registry/secrets/default/token'
const long = `/registry/secrets/default/${'n'.repeat(180)}`

test('rows are found wherever they stand, with the head of their value', async () => {
  const noise = Buffer.alloc(5000, 0xaa)
  const bytes = Buffer.concat([noise, row(one, 'k8s\0secret'), noise, row(long, '{"a":1}'), noise])
  assert.deepEqual(await rowsIn(bytes), [
    [one, 'k8s\0'],
    [long, '{"a"'],
  ])
})

test('a row across the border of two reads is found once', async () => {
  const before = Buffer.alloc(1024 * 1024 - 20, 0xaa)
  const bytes = Buffer.concat([before, row(one, 'k8s\0x'), Buffer.alloc(9000, 0xaa)])
  assert.deepEqual(await rowsIn(bytes), [[one, 'k8s\0']])
})

test('a key that is mentioned in a value is no row', async () => {
  assert.deepEqual(await rowsIn(Buffer.from(`see ${one} there`)), [])
})

test('no bytes disturb it', async () => {
  const piece = fc.oneof(
    fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
    fc.constantFrom(row(one, 'x'), Buffer.from('/secrets/'), row(one, 'x').subarray(0, 36)),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 12 }), async (pieces) => {
      const found = await rowsIn(Buffer.concat(pieces))
      assert.ok(found.every(([key]) => key.includes('/secrets/')))
    }),
  )
})
