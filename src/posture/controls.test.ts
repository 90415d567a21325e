import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assess } from './assess.ts'
import { controls } from './controls/index.ts'

for (const control of controls) {
  for (const example of control.examples) {
    test(`${control.id}: ${example.name}`, () => {
      const findings = assess([control], example.given)
      const verdicts = Object.fromEntries(findings.map((one) => [one.subject.name, one.verdict]))
      assert.deepEqual(verdicts, example.expect)
    })
  }
  test(`${control.id}: examples show a pass, a fail and an unknown`, () => {
    const shown = new Set(control.examples.flatMap((example) => Object.values(example.expect)))
    assert.deepEqual(
      ['pass', 'fail', 'unknown'].filter((verdict) => !shown.has(verdict as 'pass')),
      [],
    )
  })
}
