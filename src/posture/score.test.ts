import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Finding, Severity, Verdict } from '../core/finding.ts'
import { score } from './score.ts'

const finding = (control: string, severity: Severity, verdict: Verdict, name = 'm1'): Finding => ({
  control,
  title: control,
  severity,
  verdict,
  subject: { kind: 'member', name },
  summary: '',
  evidence: [],
  references: [],
  fingerprint: '',
})
/** Of ten medium controls, so many as are given have another verdict than pass. */
const medium = (...others: readonly Verdict[]) =>
  Array.from({ length: 10 }, (_, index) => finding(`c${index}`, 'medium', others[index] ?? 'pass'))

test('what failed, was waived or could not be looked at counts as not passed', () => {
  assert.equal(score([]), 0)
  assert.equal(score(medium()), 100)
  for (const verdict of ['unknown', 'waived', 'fail'] as const)
    assert.equal(score(medium(verdict)), 90, verdict)
  assert.equal(score(medium('not-applicable', 'fail')), 88)
})

test('a control counts by the worst of its subjects, however many of them pass', () => {
  const files = Array.from({ length: 50 }, (_, index) =>
    finding('file', 'medium', 'pass', `f${index}`),
  )
  const open = finding('file', 'medium', 'fail', 'open')
  assert.equal(score([...medium().slice(1), ...files]), 100)
  assert.equal(score([...medium().slice(1), ...files, open]), 90)
  assert.equal(score([open, ...files, ...medium().slice(1)]), 90)
  assert.equal(score([...files, { ...open, verdict: 'not-applicable' }]), 100)
})

test('severities weigh 10, 5, 2 and 1', () => {
  const all = (open: Severity) =>
    (['critical', 'high', 'medium', 'low'] as const).map((severity) =>
      finding(severity, severity, severity === open ? 'unknown' : 'pass'),
    )
  assert.deepEqual([score(all('critical')), score(all('high')), score(all('low'))], [44, 72, 94])
})

test('tidy files do not make up for an open door', () => {
  const tidy = Array.from({ length: 90 }, (_, index) => finding(`t${index}`, 'critical', 'pass'))
  assert.equal(score([...tidy, finding('door', 'critical', 'fail')]), 39)
  assert.equal(score([...tidy, finding('door', 'high', 'fail')]), 69)
  assert.equal(score([...tidy, finding('door', 'medium', 'fail')]), 99)
  assert.equal(score([...tidy, finding('door', 'critical', 'unknown')]), 98)
})
