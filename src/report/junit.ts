// JUnit XML: an area is a suite, a control with its subject a case; what could not be checked is skipped.
import type { Finding } from '../core/finding.ts'
import { PRODUCT } from '../core/product.ts'
import type { CheckResult } from '../posture/check-result.ts'
import type { Control } from '../posture/control.ts'
import { escapeMarkup } from './escape.ts'

const attributes = (values: Readonly<Record<string, string | number>>): string =>
  Object.entries(values)
    .map(([name, value]) => ` ${name}="${escapeMarkup(String(value))}"`)
    .join('')

function verdict(finding: Finding): string {
  const { summary, missing, waiver } = finding
  if (finding.verdict === 'fail') {
    const lines = finding.evidence.map((one) =>
      escapeMarkup(`${one.source}: ${one.observed} [${one.layer}]`),
    )
    const body = [...lines, `fingerprint ${finding.fingerprint}`].join('\n')
    return `<failure${attributes({ type: finding.severity, message: summary })}>${body}</failure>`
  }
  const why: Readonly<Record<string, string>> = {
    unknown: `unknown: ${summary}${missing === undefined ? '' : `; needs ${missing}`}`,
    waived: `waived until ${waiver?.expires}: ${waiver?.reason} (${waiver?.owner})`,
    'not-applicable': `not applicable: ${summary}`,
  }
  const message = why[finding.verdict]
  return message === undefined ? '' : `<skipped${attributes({ message })}/>`
}

function testcase(finding: Finding): string {
  const name = `${finding.title} [${finding.subject.name}]`
  return `    <testcase${attributes({ classname: `${PRODUCT.name}.${finding.control}`, name, time: 0 })}>${verdict(finding)}</testcase>`
}

const counts = (findings: readonly Finding[]) => {
  const failures = findings.filter((one) => one.verdict === 'fail').length
  const passed = findings.filter((one) => one.verdict === 'pass').length
  return {
    tests: findings.length,
    failures,
    errors: 0,
    skipped: findings.length - failures - passed,
  }
}

export function junit(check: CheckResult, controls: readonly Control[]): string {
  const areas = new Map(controls.map((control) => [control.id, control.area]))
  const suites = [...Map.groupBy(check.findings, (one) => areas.get(one.control) ?? 'other')].map(
    ([area, findings]) => {
      const about = { name: area, ...counts(findings), timestamp: check.startedAt }
      return `  <testsuite${attributes(about)}>\n${findings.map(testcase).join('\n')}\n  </testsuite>`
    },
  )
  const took = (Date.parse(check.finishedAt) - Date.parse(check.startedAt)) / 1000
  const about = { name: `${PRODUCT.name} check`, ...counts(check.findings), time: took }
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites${attributes(about)}>\n${suites.join('\n')}\n</testsuites>`
}
