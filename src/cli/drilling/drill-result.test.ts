import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Drilled } from '../../backup/drill/model.ts'
import type { Snapshot } from '../../repository/snapshot-state.ts'
import { windowOf, withObjectives } from './drill-result.ts'

const HOUR = 3_600_000
const snapshot = (hour: number, pruned = false) =>
  ({
    manifest: { created: new Date(hour * HOUR).toISOString() },
    ...(pruned && { pruned: { at: '', reason: '' } }),
  }) as Snapshot

const good: Drilled = {
  passed: true,
  checks: [],
  seconds: { open: 1, restore: 2, boot: 3, compare: 1, recovery: 6, all: 7 },
  size: 1,
  encryptionKeys: [],
  notices: [],
  scratch: 'memory',
}

test('what would be lost is told by the neighbours that are left', () => {
  const all = [snapshot(1), snapshot(2, true), snapshot(4), snapshot(5)]
  const now = new Date(6 * HOUR)
  assert.deepEqual(
    [all[0], all[2], all[3]].map((one) => one && windowOf(one, all, now)),
    [
      { age: 5 * 3600, untilNext: 3 * 3600 },
      { age: 2 * 3600, sincePrevious: 3 * 3600, untilNext: 3600 },
      { age: 3600, sincePrevious: 3600 },
    ],
  )
})

test('a late recovery and a wide gap are bad, an old snapshot with a newer one is not', () => {
  const judge = (window: Parameters<typeof withObjectives>[1], rto?: number, rpo?: number) =>
    withObjectives(good, window, { rto, rpo })
  assert.equal(judge({ age: 10 }, 6000, 10_000).passed, true)
  assert.equal(judge({ age: 10 }, 5999).passed, false)
  assert.equal(judge({ age: 11 }, undefined, 10_000).passed, false)
  assert.equal(judge({ age: 1e6, untilNext: 10 }, undefined, 10_000).passed, true)
  assert.equal(judge({ age: 1, sincePrevious: 11 }, undefined, 10_000).passed, false)
  assert.deepEqual(judge(undefined, undefined, 1).checks, [])
})
