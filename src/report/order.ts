// How findings are put in order and together for people.
import { SEVERITIES, type Finding, type Severity, type Verdict } from '../core/finding.ts'
import { nobodyFound, type CheckResult } from '../posture/check-result.ts'

/** The findings of one control with one verdict. */
export interface Group {
  readonly control: string
  readonly title: string
  readonly severity: Severity
  readonly findings: readonly [Finding, ...Finding[]]
}

/** Worst severity first, then by control as they came. */
export function grouped(findings: readonly Finding[], verdict: Verdict): readonly Group[] {
  const groups = new Map<string, [Finding, ...Finding[]]>()
  for (const finding of findings) {
    if (finding.verdict !== verdict) continue
    const group = groups.get(finding.control)
    if (group) group.push(finding)
    else groups.set(finding.control, [finding])
  }
  return [...groups.values()]
    .map((all) => {
      const [{ control, title, severity }] = all
      return { control, title, severity, findings: all }
    })
    .toSorted((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity))
}

/** How many of each severity: `2 critical, 5 high`. */
export const bySeverity = (findings: readonly Finding[]): string =>
  SEVERITIES.map((severity) => ({
    severity,
    count: findings.filter((one) => one.severity === severity).length,
  }))
    .filter(({ count }) => count > 0)
    .map(({ severity, count }) => `${count} ${severity}`)
    .join(', ')

/** `1 member`, `3 members`. */
export const counted = (count: number, noun: string): string =>
  `${count} ${noun}${count === 1 ? '' : 's'}`

/** The unknown findings by the access that would settle them. */
export function unknownByAccess(
  findings: readonly Finding[],
): ReadonlyMap<string, readonly Finding[]> {
  const open = findings.filter((one) => one.verdict === 'unknown')
  return Map.groupBy(open, (one) => one.missing ?? '')
}

/** `etcd m1`-like words for a subject where its kind is not plain from its name. */
export const subjectName = ({
  subject,
}: {
  readonly subject: { readonly kind: string; readonly name: string }
}): string =>
  subject.kind === 'cluster' || subject.kind === 'host'
    ? `${subject.kind} ${subject.name}`
    : subject.name

/** One sentence that a hurried reader takes away. */
export function verdictLine(result: CheckResult): string {
  const failed = result.findings.filter((one) => one.verdict === 'fail')
  const { unknown, pass } = result.summary
  const unread = result.troubles.length
  const open = [
    ...(unknown > 0 ? [`${unknown} could not be checked`] : []),
    ...(unread > 0 ? [`${counted(unread, 'source')} could not be read`] : []),
  ].join(', ')
  if (nobodyFound(result))
    return ['no etcd and no kube-apiserver was found', ...(open ? [open] : [])].join('; ')
  if (failed.length > 0)
    return [`${failed.length} failed (${bySeverity(failed)})`, ...(open ? [open] : [])].join('; ')
  if (open !== '') return `nothing failed, but ${open}`
  return pass > 0 ? 'everything that was checked passed' : 'nothing was there to check'
}
