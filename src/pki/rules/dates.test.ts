import assert from 'node:assert/strict'
import { test } from 'node:test'
import { endsSoon, invalidity } from './dates.ts'

const now = new Date('2026-11-21T10:00:00Z')
const days = (before: number, after: number) => ({
  notBefore: new Date(now.getTime() - before * 86_400_000).toISOString(),
  notAfter: new Date(now.getTime() + after * 86_400_000).toISOString(),
})

test('validity includes both of its ends', () => {
  assert.equal(invalidity(days(1, 1), now), undefined)
  assert.equal(invalidity(days(0, 0), now), undefined)
  assert.equal(invalidity(days(2, -1), now), 'expired on 2026-11-20')
  assert.equal(invalidity(days(-1, 2), now), 'is not valid before 2026-11-22T10:00:00.000Z')
})

for (const [before, after, soon, why] of [
  [335, 30, false, 'a month of a year'],
  [336, 29, true, 'less than a month of a year'],
  [0, 10, true, 'ten days in all'],
  [30, 10, true, 'a quarter of forty days'],
  [20, 20, false, 'half of forty days'],
  [59, 31, false, 'a month of ninety days'],
  [0.5, 0.5, false, 'half a day of one'],
  [0.9, 0.1, true, 'a tenth of a day'],
] as const)
  test(`${why}: ${soon ? 'ends soon' : 'fine'}`, () =>
    assert.equal(endsSoon(days(before, after), now), soon))
