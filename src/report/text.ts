// The result of a check for people at a terminal. Everything foreign goes through `visible`.
import { showDuration } from '../core/duration.ts'
import type { Finding } from '../core/finding.ts'
import { hang, paint, visible, wrap, type Terminal } from '../core/terminal.ts'
import type { CheckResult } from '../posture/check-result.ts'
import { SEVERITY_STYLES } from './explanation.ts'
import { changesText, waiversText } from './text-changes.ts'
import { counted, grouped, subjectName, unknownByAccess, verdictLine, type Group } from './order.ts'

const MOST = 100
/** More subjects than these, and only their number is told; the other formats have them all. */
const SUBJECTS = 6

const heading = (terminal: Terminal, text: string) => paint(terminal, 'bold', text)

function head(result: CheckResult, terminal: Terminal): string {
  const { members, apiservers, sources } = result.target
  const list = (noun: string, names: readonly string[]) =>
    `${counted(names.length, noun)}${names.length > 0 ? ` (${names.join(', ')})` : ''}`
  const what = `${list('etcd member', members)}, ${list('kube-apiserver', apiservers)}`
  return [
    hang('', visible(what), terminal.width),
    hang('looked at: ', sources.join(', ') || 'nothing', terminal.width),
  ].join('\n')
}

function evidence(finding: Finding, terminal: Terminal): readonly string[] {
  return finding.evidence.slice(0, 3).map((piece) => {
    const text = hang('      ', visible(`${piece.source}: ${piece.observed}`), terminal.width)
    return paint(terminal, 'dim', `${text} [${piece.layer}]`)
  })
}

/** Subjects of whom the same is said stand together. */
function subjects(group: Group, terminal: Terminal): readonly string[] {
  const alike = [...Map.groupBy(group.findings, (one) => one.summary).values()]
  const shown = alike.slice(0, SUBJECTS)
  const rest = alike.slice(SUBJECTS).flat().length
  return [
    ...shown.flatMap((same) => {
      const names = same.slice(0, SUBJECTS).map((one) => visible(subjectName(one)))
      const more = same.length > SUBJECTS ? ` and ${same.length - SUBJECTS} more` : ''
      const [first] = same
      return [
        ...wrap(
          `${names.join(', ')}${more}: ${visible(first?.summary ?? '')}`,
          terminal.width - 4,
        ).map((line) => `    ${line}`),
        ...(first ? evidence(first, terminal) : []),
      ]
    }),
    ...(rest > 0 ? [`    … and ${rest} more; -o json has them all`] : []),
  ]
}

function failure(group: Group, terminal: Terminal): string {
  const style = SEVERITY_STYLES[group.severity]
  const severity = paint(terminal, style, group.severity)
  const [first] = group.findings
  const repair = first.remedy
    ? [
        paint(
          terminal,
          'green',
          hang(
            first.remedy.automatic ? '    harden can: ' : '    repair: ',
            visible(first.remedy.summary),
            terminal.width,
          ),
        ),
      ]
    : []
  return [
    `${paint(terminal, style, '✗')} ${heading(terminal, group.control)}  ${severity}`,
    ...wrap(group.title, terminal.width - 2).map((line) => `  ${line}`),
    ...subjects(group, terminal),
    ...repair,
  ].join('\n')
}

/** Controls and how many subjects of each: `cert-expiry (3), swap-and-core`. */
function controlList(findings: readonly Finding[]): string {
  const counts = Map.groupBy(findings, (one) => one.control)
  return [...counts]
    .map(([control, all]) => (all.length > 1 ? `${control} (${all.length})` : control))
    .join(', ')
}

function unknowns(result: CheckResult, terminal: Terminal): readonly string[] {
  const open = unknownByAccess(result.findings)
  if (open.size === 0) return []
  const parts = [...open].map(([access, findings]) => {
    const whys = [...new Set(findings.map((one) => visible(one.summary)))]
    return [
      hang(`${paint(terminal, 'yellow', '?')} `, controlList(findings), terminal.width),
      ...whys.slice(0, 3).map((why) => hang('    ', why, terminal.width)),
      ...(whys.length > 3
        ? [`    … and ${whys.length - 3} more reasons; -o json has them all`]
        : []),
      ...(access === '' ? [] : [hang('    needs: ', visible(access), terminal.width)]),
    ].join('\n')
  })
  return [[heading(terminal, 'Could not be checked'), ...parts].join('\n')]
}

function others(result: CheckResult, terminal: Terminal): readonly string[] {
  const passed = result.findings.filter((one) => one.verdict === 'pass')
  const { troubles } = result
  return [
    ...(passed.length > 0
      ? [
          `${heading(terminal, 'Passed')}\n${wrap(controlList(passed), terminal.width - 2)
            .map((line) => `  ${line}`)
            .join('\n')}`,
        ]
      : []),
    ...(troubles.length > 0
      ? [
          `${heading(terminal, 'Could not be read')}\n${troubles
            .map((one) => hang('  ', visible(`${one.source}: ${one.why}`), terminal.width))
            .join('\n')}`,
        ]
      : []),
  ]
}

function bottomLine(result: CheckResult, terminal: Terminal): string {
  const { summary } = result
  const took = Date.parse(result.finishedAt) - Date.parse(result.startedAt)
  const style = summary.fail > 0 ? 'red' : summary.unknown > 0 ? 'yellow' : 'green'
  const counts = [
    `${summary.pass} passed`,
    ...(summary.waived > 0 ? [`${summary.waived} waived`] : []),
    `score ${summary.score} of 100`,
    ...(took >= 0 ? [showDuration(took)] : []),
  ].join(', ')
  const line = `${verdictLine(result)}; ${counts}`
  const [first = '', ...rest] = wrap(line, terminal.width)
  return [paint(terminal, style, first), ...rest.map((text) => paint(terminal, style, text))].join(
    '\n',
  )
}

export function checkText(result: CheckResult, terminal: Terminal): string {
  const fitting = { ...terminal, width: Math.min(terminal.width, MOST) }
  const failures = grouped(result.findings, 'fail')
  return [
    head(result, fitting),
    ...failures.map((group) => failure(group, fitting)),
    ...unknowns(result, fitting),
    ...waiversText(result, fitting),
    ...changesText(result, fitting),
    ...others(result, fitting),
    bottomLine(result, fitting),
    ...(failures.length > 0
      ? [
          paint(
            fitting,
            'dim',
            'etcdkeep explain CONTROL says why one matters and how to repair it.',
          ),
        ]
      : []),
  ].join('\n\n')
}
