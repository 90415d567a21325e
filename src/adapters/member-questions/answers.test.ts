import assert from 'node:assert/strict'
import { test } from 'node:test'
import { create, toBinary } from '@bufbuild/protobuf'
import * as fc from 'fast-check'
import { KeepError } from '../../core/error.ts'
import {
  HashKVRequestSchema,
  HashKVResponseSchema,
  MemberListResponseSchema,
  StatusResponseSchema,
} from '../etcd/gen/rpc_pb.ts'
import { hashOf, hashRequest, membersOf, revisionOf, statusOf } from './answers.ts'

const MAX = 2n ** 64n - 1n
const header = { clusterId: MAX, memberId: 5n, revision: 7n, raftTerm: 3n }

test('answers are read as the protobuf library writes them', () => {
  const status = {
    version: '3.5.30',
    dbSize: 2n ** 40n,
    leader: MAX,
    raftIndex: 8n,
    raftTerm: 3n,
    raftAppliedIndex: 6n,
    errors: ['a', 'b'],
    dbSizeInUse: 9n,
    isLearner: true,
  }
  const bytes = toBinary(StatusResponseSchema, create(StatusResponseSchema, { header, ...status }))
  assert.deepEqual(statusOf(Buffer.from(bytes)), { header, ...status })
  assert.equal(revisionOf(Buffer.from(bytes)), 7n)
  const hash = { hash: 4_294_967_295, compactRevision: -1n }
  const answer = toBinary(HashKVResponseSchema, create(HashKVResponseSchema, { header, ...hash }))
  assert.deepEqual(hashOf(Buffer.from(answer)), { header, ...hash })
  const members = [
    { id: MAX, name: 'm1', peerUrls: ['p'], clientUrls: ['c', 'd'], isLearner: true },
    {},
  ]
  const list = toBinary(MemberListResponseSchema, create(MemberListResponseSchema, { members }))
  assert.deepEqual(membersOf(Buffer.from(list)), [
    { id: MAX, name: 'm1', peerUrls: ['p'], clientUrls: ['c', 'd'], isLearner: true },
    { id: 0n, name: '', peerUrls: [], clientUrls: [], isLearner: false },
  ])
})

test('the request is what the library would send', () => {
  for (const revision of [1n, 127n, 128n, 2n ** 62n]) {
    const message = create(HashKVRequestSchema, { revision })
    assert.deepEqual(hashRequest(revision), Buffer.from(toBinary(HashKVRequestSchema, message)))
  }
})

test('junk is an answer or corrupt', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (junk) => {
      for (const read of [statusOf, hashOf, membersOf, revisionOf])
        try {
          read(Buffer.from(junk))
        } catch (thrown) {
          assert.ok(thrown instanceof KeepError, String(thrown))
          assert.equal(thrown.kind, 'corrupt')
        }
    }),
  )
})
