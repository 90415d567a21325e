import * as fc from 'fast-check'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { periodOf } from './periods.ts'
import { judgeRetention, type Retainable, type RetentionPolicy } from './retention.ts'

const NONE: RetentionPolicy = {
  last: 0,
  within: 0,
  hourly: 0,
  daily: 0,
  weekly: 0,
  monthly: 0,
  yearly: 0,
}
const HOUR = 3_600_000
const START = Date.parse('2026-01-01T00:00:00Z')

/** One each hour; the newest verified. */
const hourly = (
  count: number,
  change: (one: Retainable) => Partial<Retainable> = () => ({}),
): Retainable[] =>
  Array.from({ length: count }, (_, index) => {
    const one = {
      sequence: index + 1,
      created: new Date(START + index * HOUR).toISOString(),
      opened: index === count - 1,
      stored: index === count - 1,
      drilled: false,
    }
    return { ...one, ...change(one) }
  })
const kept = (snapshots: readonly Retainable[], policy: Partial<RetentionPolicy>) =>
  judgeRetention(snapshots, { ...NONE, ...policy })
    .filter(({ keep }) => keep)
    .map(({ sequence }) => sequence)

test('count, age and periods each keep their own', () => {
  assert.deepEqual(kept(hourly(10), { last: 3 }), [8, 9, 10])
  assert.deepEqual(kept(hourly(10), { within: 3 * HOUR }), [8, 9, 10])
  assert.deepEqual(kept(hourly(72), { daily: 2 }), [48, 72])
  assert.deepEqual(kept(hourly(72), { hourly: 2, daily: 5 }), [24, 48, 71, 72])
})

test('weeks begin on Monday, and periods are of UTC', () => {
  assert.equal(
    periodOf('weekly', '2026-11-16T00:00:00Z'),
    periodOf('weekly', '2026-11-22T23:59:59Z'),
  )
  assert.notEqual(
    periodOf('weekly', '2026-11-22T23:59:59Z'),
    periodOf('weekly', '2026-11-23T00:00:00Z'),
  )
  assert.equal(periodOf('daily', '2026-11-16T23:30:00-02:00'), '2026-11-17')
})

test('never the newest, the held, the last verified or the last drilled', () => {
  const snapshots = hourly(10, ({ sequence }) => ({
    opened: sequence === 4,
    stored: sequence === 4 || sequence === 6,
    drilled: sequence === 3,
    ...(sequence === 2 && { held: 'case 7' }),
  }))
  assert.deepEqual(kept(snapshots, { last: 1 }), [2, 3, 4, 6, 7, 8, 9, 10])
})

test('nothing goes until something newer is verified', () => {
  const none = hourly(5, () => ({ opened: false, stored: false }))
  assert.deepEqual(kept(none, { last: 1 }), [1, 2, 3, 4, 5])
})

test('whatever the policy, what must stay stays, and a second run removes nothing', () => {
  const number = fc.nat({ max: 5 })
  const policies = fc.record({
    last: number,
    hourly: number,
    daily: number,
    weekly: number,
    monthly: number,
    yearly: number,
    within: fc.nat({ max: 100 * HOUR }),
  })
  const flags = fc.array(
    fc.record({
      opened: fc.boolean(),
      drilled: fc.boolean(),
      held: fc.boolean(),
      gap: fc.nat(500),
    }),
    { minLength: 1, maxLength: 40 },
  )
  fc.assert(
    fc.property(policies, flags, (policy, all) => {
      let at = START
      const snapshots = all.map(({ opened, drilled, held, gap }, index): Retainable => {
        at += gap * HOUR
        const created = new Date(at).toISOString()
        return {
          sequence: index + 1,
          created,
          opened,
          stored: opened,
          drilled,
          ...(held && { held: 'x' }),
        }
      })
      const stay = new Set(kept(snapshots, policy))
      assert.ok(stay.has(snapshots.length))
      for (const what of ['opened', 'drilled'] as const) {
        const last = snapshots.findLast((one) => one[what])
        assert.ok(!last || stay.has(last.sequence))
      }
      assert.ok(snapshots.every(({ held, sequence }) => held === undefined || stay.has(sequence)))
      const left = snapshots.filter(({ sequence }) => stay.has(sequence))
      assert.deepEqual(kept(left, policy), [...stay])
    }),
  )
})
