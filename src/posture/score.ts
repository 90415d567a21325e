import type { Finding, Severity } from '../core/finding.ts'

const WEIGHTS: Readonly<Record<Severity, number>> = { critical: 10, high: 5, medium: 2, low: 1 }

const weight = (findings: readonly Finding[]): number =>
  findings.reduce((sum, one) => sum + WEIGHTS[one.severity], 0)

/**
 * 0–100: the share of weight (critical 10, high 5, medium 2, low 1) that passed, of all that applies.
 * What failed, was waived or could not be looked at counts as not passed, so blindness never helps. Rounded
 * down: 100 means that everything passed. 0 where nothing was judged.
 */
export function score(findings: readonly Finding[]): number {
  const applies = findings.filter((one) => one.verdict !== 'not-applicable')
  const passed = applies.filter((one) => one.verdict === 'pass')
  return applies.length === 0 ? 0 : Math.floor((100 * weight(passed)) / weight(applies))
}
