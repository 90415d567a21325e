// The plan of a restore, and what became of it, for people.
import { bytesText } from '../backup/meter.ts'
import type { RestoreOutcome, RestorePlan } from '../backup/restore/model.ts'
import { hang, paint, type Terminal, visible } from '../core/terminal.ts'
import type { Problem } from '../repository/problem.ts'
import { problemLines } from './problems-text.ts'

interface Shown {
  readonly plan: RestorePlan
  readonly gap?: string
  readonly problems: readonly Problem[]
  readonly outcome?: RestoreOutcome
  readonly checkList: readonly string[]
}

const number = (value: number | string) => BigInt(value).toLocaleString('en-US')

function sourceLine({ source }: RestorePlan): string {
  if (source.kind === 'file') return source.path
  return `snapshot ${source.sequence} of ${source.place}, ${source.created}`
}

function revisionLine({ content, bump }: RestorePlan): string {
  const { revision } = content
  if (bump === undefined) return `${number(revision)}, not moved on`
  const next = BigInt(revision) + BigInt(bump)
  return `${number(revision)}, moved on to ${number(next.toString())}; older ones count as compacted`
}

function gapLine({ plan, gap }: Shown): string {
  if (gap === undefined) return 'not known: no old data can be read'
  if (BigInt(gap) < 0n)
    return `none: the old data is ${number((-BigInt(gap)).toString())} revisions behind`
  const unread = plan.old.filter(({ missing }) => missing !== undefined).length
  const more = unread > 0 ? `; ${unread} of ${plan.old.length} could not be read` : ''
  return `${number(gap)} revisions that the old data has${more}`
}

function planLines(shown: Shown): readonly (readonly [string, string])[] {
  const { plan } = shown
  const { content, tool, members, cluster, token } = plan
  const keys = content.keys === undefined ? '' : `, ${number(content.keys)} keys`
  return [
    ['Snapshot', sourceLine(plan)],
    ['', `${bytesText(content.length)}${keys}, SHA-256 ${content.sha256.slice(0, 16)}…`],
    ['Revision', revisionLine(plan)],
    ['Is lost', gapLine(shown)],
    ['Tool', `${tool.program} (${tool.version})`],
    ['Cluster', `${cluster.map(({ name }) => name).join(', ')}; token ${token}`],
    ...members.flatMap(({ name, dataDirectory, walDirectory }): [string, string][] => [
      ['Replaces', `${dataDirectory}/member of ${name}`],
      ...(walDirectory === undefined ? [] : [['', walDirectory] satisfies [string, string]]),
    ]),
  ]
}

function outcomeLines({ plan, outcome }: Shown, terminal: Terminal): readonly string[] {
  if (!outcome) return []
  const kept = outcome.kept.map((path) => `  ${visible(path)}`)
  if (outcome.as === 'rolled-back')
    return [
      paint(terminal, 'green', 'The old data is in its place again.'),
      ...(kept.length > 0 ? ['Aside lies:', ...kept] : []),
    ]
  const aside = kept.length > 0 ? ['The old data lies aside:', ...kept] : []
  if (outcome.proven) {
    const { members, revision, hash } = outcome.proven
    const head = `Restored: ${members} member${members === 1 ? '' : 's'} healthy, HashKV ${hash} at revision ${number(revision)} on all.`
    return [paint(terminal, 'green', head), ...aside]
  }
  const files = plan.members.flatMap(({ file }) =>
    file === undefined ? [] : [`  ${visible(file)}`],
  )
  return [
    paint(terminal, 'yellow', 'The new data is in place. Start the members now, all of them:'),
    ...files,
    'Then run the same command again: it proves them. Or take it back with --rollback.',
    ...aside,
  ]
}

const bullet = (terminal: Terminal) => (line: string) => hang('  - ', visible(line), terminal.width)

export function restoreText(shown: Shown, terminal: Terminal): string {
  const { plan, outcome, problems, checkList } = shown
  const bad = problemLines(problems, terminal)
  const rows = planLines(shown).map(([label, text]) =>
    hang(label.padEnd(10), visible(text), terminal.width),
  )
  const list = (title: string, lines: readonly string[]) =>
    lines.length === 0 ? [] : ['', title, ...lines.map(bullet(terminal))]
  return [
    ...bad,
    ...(outcome ? [] : rows),
    ...outcomeLines(shown, terminal),
    ...(outcome ? [] : list('Mind', plan.warnings)),
    ...list(outcome ? 'Left to do' : 'Afterwards', checkList),
  ].join('\n')
}
