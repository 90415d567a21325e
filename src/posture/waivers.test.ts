import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sampleFindings, sampleResult } from '../../test/support/check-sample.ts'
import { compare, parseBaseline } from './baseline.ts'
import { exitOf } from './check-result.ts'
import { applyWaivers, parseWaivers } from './waivers.ts'

const NOW = new Date('2026-11-21T10:00:00Z')
const [failed, , open] = sampleFindings
const waiver = {
  fingerprint: failed?.fingerprint ?? '',
  owner: 'ada',
  reason: 'moves in May',
  expires: '2026-11-21',
}

test('a waiver holds through its last day and no longer', () => {
  const then = applyWaivers(sampleFindings, [waiver], new Date('2026-11-21T23:59:59Z'))
  assert.equal(then.findings[0]?.verdict, 'waived')
  assert.deepEqual(then.report, { applied: 1, expired: [], unmatched: [] })
  const later = applyWaivers(sampleFindings, [waiver], new Date('2026-11-22T00:00:00Z'))
  assert.equal(later.findings[0]?.verdict, 'fail')
  assert.deepEqual(later.report, { applied: 0, expired: [waiver], unmatched: [] })
})

test('a waiver for other evidence, another control or no failure waives nothing', () => {
  const other = { ...waiver, fingerprint: '0'.repeat(32) }
  const wrongControl = { ...waiver, control: 'auto-tls-off' }
  const noFailure = { ...waiver, fingerprint: open?.fingerprint ?? '' }
  const { findings, report } = applyWaivers(sampleFindings, [other, wrongControl, noFailure], NOW)
  assert.deepEqual(findings, sampleFindings)
  assert.deepEqual(report.unmatched, [other, wrongControl, noFailure])
})

test('waiver files: a list or a list under a name; mistakes are told with their place', () => {
  assert.deepEqual(parseWaivers(JSON.stringify([waiver]), 'w'), [waiver])
  assert.deepEqual(parseWaivers(JSON.stringify({ waivers: [waiver] }), 'w'), [waiver])
  const bad: readonly (readonly [unknown, RegExp])[] = [
    [[{ ...waiver, expires: 'never' }], /waivers w: 0\.expires/],
    [[{ ...waiver, owner: '' }], /0\.owner/],
    [[{ ...waiver, onwer: 'x' }], /onwer/],
    ['{', /waivers w: /],
    [7, /waivers w/],
  ]
  for (const [value, message] of bad)
    assert.throws(
      () => parseWaivers(typeof value === 'string' ? value : JSON.stringify(value), 'w'),
      { kind: 'config', message },
    )
})

test('baseline: new, fixed, unchanged, and out of sight is not fixed', () => {
  const base = parseBaseline(JSON.stringify(sampleResult()), 'b')
  const same = compare(sampleFindings, base)
  assert.deepEqual(
    [same.new.length, same.fixed.length, same.unchanged.length, same.outOfSight.length],
    [0, 0, 2, 0],
  )
  assert.ok(same.unchanged.every((one) => one.evidence === 'same'))
  const [first, second, ...rest] = sampleFindings
  assert.ok(first && second)
  const now = compare(
    [{ ...first, verdict: 'pass' }, { ...second, verdict: 'unknown' }, ...rest],
    base,
  )
  assert.deepEqual([now.fixed.length, now.outOfSight.length], [1, 1])
  const empty = { ...base, findings: [] }
  assert.equal(compare(sampleFindings, empty).new.length, 2)
  const moved = compare([{ ...first, fingerprint: 'x' }, second, ...rest], base)
  assert.equal(moved.unchanged[0]?.evidence, 'changed')
})

test('a baseline that is none is a mistake of the user', () => {
  for (const text of ['', '{}', '[]', '{"schema":"etcdkeep.check/v1"}'])
    assert.throws(() => parseBaseline(text, 'b'), { kind: 'config', code: 'baseline.invalid' })
})

test('exit code: failures from fail-on up, then unknowns under strict', () => {
  const calm = sampleFindings.filter((one) => one.verdict !== 'fail')
  assert.equal(exitOf(sampleResult()), 1)
  const unseen = { pass: 0, fail: 0, unknown: 9, notApplicable: 2, waived: 0, score: 0 }
  assert.equal(exitOf(sampleResult({ findings: [], summary: unseen })), 3)
  assert.equal(exitOf(sampleResult({ policy: { failOn: 'never', strict: false } })), 0)
  const medium = calm.map((one) => ({ ...one, verdict: 'fail', severity: 'medium' }) as const)
  assert.equal(exitOf(sampleResult({ findings: medium })), 0)
  assert.equal(
    exitOf(sampleResult({ findings: medium, policy: { failOn: 'medium', strict: true } })),
    1,
  )
  assert.equal(
    exitOf(sampleResult({ findings: calm, policy: { failOn: 'high', strict: true } })),
    3,
  )
})
