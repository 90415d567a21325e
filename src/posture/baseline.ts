// What changed since an earlier check.
import { z } from 'zod'
import { KeepError } from '../core/error.ts'
import { SEVERITIES, VERDICTS, type Finding } from '../core/finding.ts'

const earlier = z.object({
  schema: z.literal('etcdkeep.check/v1'),
  startedAt: z.string(),
  findings: z.array(
    z.object({
      control: z.string(),
      severity: z.enum(SEVERITIES),
      verdict: z.enum(VERDICTS),
      subject: z.object({ kind: z.string(), name: z.string() }),
      fingerprint: z.string(),
    }),
  ),
})
export type Baseline = z.infer<typeof earlier>

export interface Change {
  readonly control: string
  readonly subject: { readonly kind: string; readonly name: string }
  readonly severity: Finding['severity']
}

export interface Comparison {
  readonly startedAt: string
  readonly new: readonly Change[]
  readonly fixed: readonly Change[]
  /** `evidence`: whether the failure looks the same, or fails in another way than before. */
  readonly unchanged: readonly (Change & { readonly evidence: 'same' | 'changed' })[]
  /** Failed then, and could not be looked at, or was not found, now: no proof that it is fixed. */
  readonly outOfSight: readonly Change[]
}

/** An earlier `check -o json`. Throws `config`. */
export function parseBaseline(text: string, path: string): Baseline {
  const hint = 'a file made by: etcdkeep check -o json'
  try {
    return earlier.parse(JSON.parse(text))
  } catch (cause) {
    const message = `baseline ${path} is no result of check`
    throw new KeepError('config', 'baseline.invalid', message, { hint, cause })
  }
}

type Compared = Pick<Finding, 'control' | 'severity' | 'verdict' | 'fingerprint'> & {
  readonly subject: Change['subject']
}
const bad = (one: Compared) => one.verdict === 'fail' || one.verdict === 'waived'
const key = ({ control, subject }: Compared) =>
  JSON.stringify([control, subject.kind, subject.name])
const change = ({ control, subject, severity }: Compared): Change => ({
  control,
  subject,
  severity,
})

/** Failures are matched by control and subject; a waived one counts as failing. */
export function compare(findings: readonly Finding[], base: Baseline): Comparison {
  const before = new Map(base.findings.filter(bad).map((one) => [key(one), one]))
  const now = new Map(findings.map((one) => [key(one), one]))
  const lost = [...before.values()].filter((one) => {
    const current = now.get(key(one))
    return !current || !bad(current)
  })
  const settled = (one: Compared) =>
    ['pass', 'not-applicable'].includes(now.get(key(one))?.verdict ?? 'unknown')
  return {
    startedAt: base.startedAt,
    new: findings.filter((one) => bad(one) && !before.has(key(one))).map(change),
    fixed: lost.filter(settled).map(change),
    unchanged: findings
      .filter((one) => bad(one) && before.has(key(one)))
      .map((one) => ({
        ...change(one),
        evidence: before.get(key(one))?.fingerprint === one.fingerprint ? 'same' : 'changed',
      })),
    outOfSight: lost.filter((one) => !settled(one)).map(change),
  }
}
