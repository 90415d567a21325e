import assert from 'node:assert/strict'
import { test } from 'node:test'
import { KeepError } from '../core/error.ts'
import type { Etcd } from '../ports/etcd.ts'
import type { Reach, Reached } from './reach.ts'
import { dataTroubles } from './same-data.ts'

const { signal } = new AbortController()

/** Members a, b, … at the given revisions; `hashes` says what each answers. */
function cluster(
  revisions: readonly bigint[],
  hashes: readonly ({ hash: number; compactRevision: bigint } | 'denied')[],
) {
  const asked: (bigint | undefined)[] = []
  const members = revisions.map((revision, index) => ({
    member: { name: 'abc'[index] },
    endpoint: String(index),
    status: { header: { revision } },
  })) as unknown as readonly Reached[]
  const maintenance = {
    async hashKv(endpoint: string, revision?: bigint) {
      asked.push(revision)
      const answer = hashes[Number(endpoint)]
      if (answer === 'denied') throw new KeepError('denied', 'etcd.permission-denied', 'no')
      return answer
    },
  }
  const reach = {
    with: async (_: string, work: (etcd: Etcd) => Promise<unknown>) =>
      work({ maintenance } as unknown as Etcd),
  } as unknown as Reach
  return { asked, troubles: dataTroubles(reach, members, signal) }
}

test('members are compared at the one revision that all have reached', async () => {
  const same = { hash: 7, compactRevision: 2n }
  const { asked, troubles } = cluster([9n, 8n, 10n], [same, same, same])
  assert.deepEqual(await troubles, [])
  assert.deepEqual(asked, [8n, 8n, 8n])
})

test('a member with other data is named', async () => {
  const { troubles } = cluster(
    [9n, 9n],
    [
      { hash: 7, compactRevision: 2n },
      { hash: 8, compactRevision: 2n },
    ],
  )
  assert.deepEqual(
    (await troubles).map(({ text }) => text),
    ['b and a hold different data at revision 9'],
  )
})

test('another compaction, or a hash that is denied, says nothing', async () => {
  const { troubles } = cluster(
    [9n, 9n, 9n],
    [{ hash: 7, compactRevision: 2n }, { hash: 8, compactRevision: 3n }, 'denied'],
  )
  assert.deepEqual(await troubles, [])
})
