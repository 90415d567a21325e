import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseDuration, showDuration } from './duration.ts'

test('reads durations with a unit, and only those', () => {
  assert.equal(parseDuration('500ms'), 500)
  assert.equal(parseDuration('1.5m'), 90_000)
  assert.equal(parseDuration('30d'), 30 * 86_400_000)
  for (const bad of ['5', '', 's', '-5s', '5 s', '1h30m', '1e3s'])
    assert.equal(parseDuration(bad), undefined, bad)
})

test('shows durations as people say them', () => {
  assert.equal(showDuration(349.6), '350 ms')
  assert.equal(showDuration(4230), '4.2 s')
  assert.equal(showDuration(125_000), '2 min 5 s')
})
