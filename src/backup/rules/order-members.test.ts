import assert from 'node:assert/strict'
import { test } from 'node:test'
import { KeepError } from '../../core/error.ts'
import type { StatusResult } from '../../ports/etcd.ts'
import type { LookedAt } from '../model.ts'
import { orderMembers } from './order-members.ts'

const member = (id: bigint, changes: Partial<StatusResult> = {}): LookedAt => ({
  endpoint: `https://m${id}:2379`,
  status: {
    header: { clusterId: 1n, memberId: id, revision: 9n, raftTerm: 2n },
    version: '3.5.30',
    dbSize: 1n,
    dbSizeInUse: 1n,
    leader: 1n,
    raftIndex: 100_000n,
    raftAppliedIndex: 100_000n,
    raftTerm: 2n,
    isLearner: false,
    errors: [],
    ...changes,
  },
})
const order = (...seen: readonly LookedAt[]) =>
  orderMembers(seen).candidates.map(({ endpoint }) => endpoint.slice(8, 10))

test('a follower comes before the leader, as the user ordered them', () => {
  assert.deepEqual(order(member(1n), member(2n), member(3n)), ['m2', 'm3', 'm1'])
})

test('a follower that lags comes after the leader, one with errors last', () => {
  const behind = member(2n, { raftAppliedIndex: 90_000n })
  const sick = member(3n, { errors: ['memberID:3 alarm:CORRUPT'] })
  assert.deepEqual(order(sick, behind, member(1n)), ['m1', 'm2', 'm3'])
})

test('learners and those that do not answer are passed over, with the reason', () => {
  const down = { endpoint: 'https://m4:2379', trouble: new KeepError('unavailable', 'x', 'down') }
  const { candidates, passedOver } = orderMembers([member(2n, { isLearner: true }), down])
  assert.equal(candidates.length, 0)
  assert.deepEqual(
    passedOver.map(({ why }) => why),
    ['it is a learner', 'down'],
  )
})

test('a member that is named twice is asked once', () => {
  const again = { ...member(2n), endpoint: 'https://m2.example:2379' }
  assert.deepEqual(order(member(2n), again), ['m2'])
})

test('endpoints of two clusters are refused', () => {
  const foreign = member(2n, {
    header: { clusterId: 2n, memberId: 2n, revision: 1n, raftTerm: 1n },
  })
  assert.throws(() => orderMembers([member(1n), foreign]), /different clusters/)
})
