import { SEVERITIES, type Finding, type Severity } from '../core/finding.ts'

const WEIGHTS: Readonly<Record<Severity, number>> = { critical: 10, high: 5, medium: 2, low: 1 }
const MOST_WITH_FAILURE: Readonly<Record<Severity, number>> = {
  critical: 39,
  high: 69,
  medium: 100,
  low: 100,
}

interface Judged {
  severity: Severity
  passed: boolean
}

const graver = (one: Severity, other: Severity): Severity =>
  SEVERITIES.indexOf(one) < SEVERITIES.indexOf(other) ? one : other

/** A control passes where every subject that it applies to passes: fifty tight files hide no open one. */
function byControl(findings: readonly Finding[]): readonly Judged[] {
  const controls = new Map<string, Judged>()
  for (const { control, severity, verdict } of findings) {
    if (verdict === 'not-applicable') continue
    const before = controls.get(control) ?? { severity, passed: true }
    controls.set(control, {
      severity: graver(severity, before.severity),
      passed: before.passed && verdict === 'pass',
    })
  }
  return [...controls.values()]
}

const weight = (controls: readonly Judged[]): number =>
  controls.reduce((sum, one) => sum + WEIGHTS[one.severity], 0)

/**
 * 0–100: the share of weight (critical 10, high 5, medium 2, low 1) of the controls that passed, of all that apply.
 * A control counts by the worst of its subjects. What failed, was waived or could not be looked at counts as not
 * passed, so blindness never helps. At most 39 with any critical failure and 69 with any high one: an open door is
 * not made up for by tidy files. Rounded down: 100 means that everything passed. 0 where nothing was judged.
 */
export function score(findings: readonly Finding[]): number {
  const controls = byControl(findings)
  if (controls.length === 0) return 0
  const passed = weight(controls.filter((one) => one.passed))
  const most = findings
    .filter((one) => one.verdict === 'fail')
    .map((one) => MOST_WITH_FAILURE[one.severity])
  return Math.min(Math.floor((100 * passed) / weight(controls)), ...most)
}
