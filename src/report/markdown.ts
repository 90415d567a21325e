// GitHub's Markdown, for a pull request or a ticket.
import type { Finding } from '../core/finding.ts'
import type { CheckResult } from '../posture/check-result.ts'
import { escapeMarkdown } from './escape.ts'
import { grouped, subjectName, unknownByAccess, verdictLine, type Group } from './order.ts'

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
const list = (names: readonly string[]) => names.map(escapeMarkdown).join(', ') || 'none'

function failure(group: Group): string {
  const rows = group.findings.map((one) =>
    row([
      escapeMarkdown(subjectName(one)),
      escapeMarkdown(one.summary),
      one.evidence
        .slice(0, 3)
        .map((piece) => escapeMarkdown(`${piece.source}: ${piece.observed} [${piece.layer}]`))
        .join('<br>'),
    ]),
  )
  return [
    `### ${group.severity}: ${group.control}`,
    escapeMarkdown(group.title),
    [row(['Subject', 'Seen', 'Evidence']), row(['---', '---', '---']), ...rows].join('\n'),
  ].join('\n\n')
}

function unknowns(findings: readonly Finding[]): readonly string[] {
  const open = unknownByAccess(findings)
  if (open.size === 0) return []
  const rows = [...open].flatMap(([access, all]) =>
    all.map((one) =>
      row([
        one.control,
        escapeMarkdown(subjectName(one)),
        escapeMarkdown(one.summary),
        escapeMarkdown(access),
      ]),
    ),
  )
  const header = ['Control', 'Subject', 'Why', 'Needs']
  return [
    '## Could not be checked',
    [row(header), row(header.map(() => '---')), ...rows].join('\n'),
  ]
}

function waivers({ waivers: report }: CheckResult): readonly string[] {
  const tell = (fingerprint: string, owner: string, why: string) =>
    `- ${escapeMarkdown(`${fingerprint} (${owner}): ${why}`)}`
  const lines = [
    ...(report?.expired ?? []).map((one) =>
      tell(one.fingerprint, one.owner, `expired on ${one.expires}, waives nothing`),
    ),
    ...(report?.unmatched ?? []).map((one) =>
      tell(one.fingerprint, one.owner, 'unmatched, waives nothing'),
    ),
  ]
  return lines.length === 0 ? [] : ['## Waivers that waive nothing', lines.join('\n')]
}

export function markdown(check: CheckResult): string {
  const { summary, target, troubles } = check
  const numbers = [
    summary.fail,
    summary.unknown,
    summary.waived,
    summary.pass,
    summary.notApplicable,
    summary.score,
  ]
  const names = ['Failed', 'Unknown', 'Waived', 'Passed', 'Not applicable', 'Score']
  const failures = grouped(check.findings, 'fail')
  const passed = [
    ...new Set(check.findings.filter((one) => one.verdict === 'pass').map((one) => one.control)),
  ]
  return [
    '# etcd security check',
    `**${verdictLine(check)}**`,
    `Members: ${list(target.members)}. API servers: ${list(target.apiservers)}. Looked at: ${list(target.sources)}. ${check.startedAt}, ${check.tool.name} ${check.tool.version}.`,
    [row(names), row(names.map(() => '---:')), row(numbers.map(String))].join('\n'),
    ...(failures.length > 0 ? ['## Failed', ...failures.map(failure)] : []),
    ...unknowns(check.findings),
    ...waivers(check),
    ...(passed.length > 0 ? ['## Passed', passed.map((id) => `\`${id}\``).join(', ')] : []),
    ...(troubles.length > 0
      ? [
          '## Could not be read',
          troubles.map((one) => `- ${escapeMarkdown(`${one.source}: ${one.why}`)}`).join('\n'),
        ]
      : []),
  ].join('\n\n')
}
