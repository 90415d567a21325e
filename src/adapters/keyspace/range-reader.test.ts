import { create, toBinary } from '@bufbuild/protobuf'
import * as fc from 'fast-check'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { KeepError } from '../../core/error.ts'
import { RangeResponseSchema } from '../etcd/gen/rpc_pb.ts'
import { RangeReader } from './range-reader.ts'

/** Feeds the bytes in pieces of the given sizes, over and over. */
function feed(reader: RangeReader, bytes: Buffer, sizes: readonly number[]): void {
  reader.start()
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const end = Math.min(bytes.length, at + (sizes[turn % sizes.length] ?? 1))
    reader.piece(bytes, at, end)
    at = end
  }
  reader.finish()
}

const rows = fc.array(
  fc.record(
    {
      key: fc.uint8Array({ minLength: 1, maxLength: 40 }),
      value: fc.uint8Array({ maxLength: 300 }),
    },
    { noNullPrototype: true },
  ),
  { maxLength: 20 },
)
const sizes = fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 5 })

test('every row comes out whole, however the bytes are cut', () => {
  fc.assert(
    fc.property(rows, sizes, fc.bigInt({ min: 1n, max: 2n ** 62n }), (kvs, cuts, revision) => {
      const message = create(RangeResponseSchema, {
        header: { revision, clusterId: 2n ** 63n + 5n },
        kvs: kvs.map((one) => ({ ...one, modRevision: 9n, lease: -1n })),
        more: true,
        count: 77n,
      })
      const got: unknown[] = []
      const reader = new RangeReader((row) =>
        got.push({
          key: new Uint8Array(row.bytes.subarray(row.keyStart, row.keyEnd)),
          value: new Uint8Array(row.bytes.subarray(row.valueStart, row.valueEnd)),
        }),
      )
      feed(reader, Buffer.from(toBinary(RangeResponseSchema, message)), cuts)
      assert.deepEqual(got, kvs)
      assert.deepEqual([reader.revision, reader.count, reader.more], [revision, 77, true])
      assert.deepEqual(new Uint8Array(reader.takeLastKey()), kvs.at(-1)?.key ?? new Uint8Array())
    }),
  )
})

test('garbage ends in a corrupt error or nothing, never in another', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 200 }), sizes, (bytes, cuts) => {
      try {
        feed(new RangeReader(() => {}), Buffer.from(bytes), cuts)
      } catch (thrown) {
        assert.ok(thrown instanceof KeepError && thrown.kind === 'corrupt', String(thrown))
      }
    }),
    { numRuns: 500 },
  )
})
