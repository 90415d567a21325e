import assert from 'node:assert/strict'
import { test } from 'node:test'
import { known } from '../../core/fact.ts'
import { launch, member } from '../example.ts'
import type { Member } from '../observation.ts'
import { nameMembers } from './name-members.ts'

const statusOf = (name?: string): Member['status'] =>
  known({
    ...(name !== undefined && { name }),
    memberId: 'a',
    clusterId: '1',
    version: '3.5.30',
    isLeader: true,
    isLearner: false,
    dbSize: 1,
    revision: '1',
    errors: [],
    clientUrls: [],
    peerUrls: [],
  })
const at = (name: string, told?: string) => member({ name, status: statusOf(told) })
const names = (members: readonly Member[]) => nameMembers(members).map(({ name }) => name)

test('a member known by its endpoint is called what the cluster calls it', () => {
  assert.deepEqual(names([at('10.0.0.1:2379', 'm1'), at('10.0.0.2:2379', 'm2')]), ['m1', 'm2'])
})

test('two endpoints of one member stay apart', () => {
  const seen = names([at('10.0.0.1:2379', 'm1'), at('lb:2379', 'm1')])
  assert.deepEqual(seen, ['m1 (10.0.0.1:2379)', 'm1 (lb:2379)'])
})

test('who is not listed, not started or does not answer keeps its endpoint', () => {
  const silent = member({ name: '10.0.0.9:2379' })
  assert.deepEqual(names([at('10.0.0.3:2379'), silent]), ['10.0.0.3:2379', '10.0.0.9:2379'])
})

test('a member of this host is called what it calls itself', () => {
  const here = member({ name: 'here', running: known(launch({})), status: statusOf('m1') })
  assert.deepEqual(names([here]), ['here'])
})
