import { create, fromBinary, toBinary } from '@bufbuild/protobuf'
import * as fc from 'fast-check'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  AuthenticateRequestSchema,
  AuthenticateResponseSchema,
  RangeRequestSchema,
} from '../etcd/gen/rpc_pb.ts'
import { authenticateRequest, rangeRequest, tokenOf } from './messages.ts'

test('a range request says to the generated code what was meant', () => {
  const bytes = fc.uint8Array({ maxLength: 200 })
  fc.assert(
    fc.property(
      bytes,
      bytes,
      fc.nat(),
      fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }),
      fc.boolean(),
      (key, rangeEnd, limit, revision, keysOnly) => {
        const read = fromBinary(
          RangeRequestSchema,
          rangeRequest({ key, rangeEnd, limit, revision, keysOnly }),
        )
        assert.deepEqual(
          [read.limit, read.revision, read.keysOnly],
          [BigInt(limit), revision, keysOnly],
        )
        assert.deepEqual(
          [Buffer.from(read.key), Buffer.from(read.rangeEnd)],
          [Buffer.from(key), Buffer.from(rangeEnd)],
        )
      },
    ),
  )
})

test('a login and its answer', () => {
  const read = fromBinary(AuthenticateRequestSchema, authenticateRequest('root', 'pä'))
  assert.deepEqual([read.name, read.password], ['root', 'pä'])
  const answer = create(AuthenticateResponseSchema, { header: { revision: 300n }, token: 'abc.12' })
  assert.equal(tokenOf(Buffer.from(toBinary(AuthenticateResponseSchema, answer))), 'abc.12')
  assert.throws(() => tokenOf(Buffer.of(0x12, 0x7f, 1)), /ends early/)
})
