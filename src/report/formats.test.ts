import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  HOSTILE,
  sampleControls,
  sampleFindings,
  sampleResult,
} from '../../test/support/check-sample.ts'
import { columns } from '../core/terminal.ts'
import { applyWaivers } from '../posture/waivers.ts'
import { html } from './html/check-page.ts'
import { comparisonHtml } from './html/comparison-page.ts'
import { junit } from './junit.ts'
import { markdown } from './markdown.ts'
import { sarif } from './sarif.ts'
import { checkText } from './text.ts'

const result = sampleResult()
const facts = { title: 'Closed', story: 'How', facts: [{ name: 'requests lost', value: '0' }] }
const ALL = {
  text: checkText(result, { width: 80, colour: false }),
  colour: checkText(result, { width: 80, colour: true }),
  sarif: sarif(result, sampleControls),
  junit: junit(result, sampleControls),
  html: html(result, sampleControls),
  comparison: comparisonHtml({ ...facts, before: result, after: result }, sampleControls),
  markdown: markdown(result),
}

for (const [format, text] of Object.entries(ALL))
  test(`${format}: a hostile name neither moves the cursor nor becomes markup`, () => {
    assert.doesNotMatch(
      text.replaceAll('\u001b[', format === 'colour' ? '' : '\u001b['),
      /(?!\n)[\p{Cc}\p{Cf}]/u,
    )
    assert.ok(!text.includes(HOSTILE))
    if (!['text', 'colour', 'sarif'].includes(format)) assert.doesNotMatch(text, /<script/)
    assert.match(text, /m2/)
  })

test('text fits the terminal and ends with the verdict', () => {
  for (const line of ALL.text.split('\n')) assert.ok(columns(line) <= 80, line)
  assert.match(
    ALL.text,
    /\n2 failed \(2 critical\); 1 could not be checked, 1 source could not be read; 2\npassed, score 11 of 100, 2\.3 s\n/,
  )
  assert.match(ALL.text, /needs: --cert and --key of an etcd client/)
  assert.match(ALL.text, /grpc-status 0, 1 key \[proven\]/)
})

test('sarif: controls are rules; failures and unknowns are results with fingerprints', () => {
  const [run] = JSON.parse(ALL.sarif).runs
  assert.deepEqual(
    run.tool.driver.rules.map((rule: { id: string }) => rule.id),
    ['client-listener-tls', 'root-holders', 'data-dir-mode', 'kms-plugin'],
  )
  const results = run.results as { ruleId: string; kind: string; level: string }[]
  assert.deepEqual(
    results.map(({ ruleId, kind, level }) => `${ruleId} ${kind} ${level}`),
    ['client-listener-tls fail error', 'client-listener-tls fail error', 'root-holders open none'],
  )
  assert.equal(run.results[0].partialFingerprints['etcdkeep/v1'], sampleFindings[0]?.fingerprint)
})

test('sarif: a waived failure is suppressed with its reason', () => {
  const fingerprint = sampleFindings[0]?.fingerprint ?? ''
  const waiver = { fingerprint, owner: 'ada', reason: 'moves in May', expires: '2027-01-01' }
  const { findings } = applyWaivers(sampleFindings, [waiver], new Date(result.startedAt))
  const text = sarif(sampleResult({ findings }), sampleControls)
  const [first, second] = JSON.parse(text).runs[0].results
  assert.equal(first.suppressions[0].justification, 'moves in May (ada, until 2027-01-01)')
  assert.equal(second.suppressions, undefined)
})

test('junit: a failure fails, what is unknown is skipped and says why', () => {
  assert.match(
    ALL.junit,
    /<testsuites name="etcdkeep check" tests="6" failures="2" errors="0" skipped="2"/,
  )
  assert.match(ALL.junit, /<failure type="critical" message="http:\/\/10\.0\.0\.1:2379 answered/)
  assert.match(ALL.junit, /<skipped message="unknown: etcd refused the call; needs --cert/)
  assert.doesNotMatch(ALL.junit, /\]\]>/)
})

test('html: one page that may load and run nothing', () => {
  assert.match(ALL.html, /default-src &#39;none&#39;/)
  assert.doesNotMatch(ALL.html, /(src|href)=|url\(|@import|style="/)
  assert.match(ALL.comparison, /requests lost/)
})

test('markdown: rows keep their columns whatever the names', () => {
  const rows = ALL.markdown
    .split('\n')
    .filter((line) => line.startsWith('| ') && line.includes('m2'))
  for (const row of rows) assert.equal(row.replaceAll('\\|', '').split('|').length, 5, row)
  assert.ok(rows.length > 0)
})

test('nothing failed and much unknown is no clean bill', () => {
  const findings = sampleFindings.filter((one) => one.verdict !== 'fail')
  const text = checkText(sampleResult({ findings }), { width: 80, colour: false })
  assert.match(text, /nothing failed, but 1 could not be checked/)
})
