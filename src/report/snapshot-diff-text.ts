import { bytesText } from '../backup/meter.ts'
import { table } from '../core/table.ts'
import { hang, paint, type Style, type Terminal, visible } from '../core/terminal.ts'
import { type Area, type DiffEntry, type SnapshotDiff, switched } from './snapshot-diff.ts'

/** Of one list; `-o json` has them all. */
const MOST_LINES = 15

const AREA_NAMES: Readonly<Record<Area, string>> = {
  rbac: 'Kubernetes roles and bindings',
  secrets: 'Secrets',
  serviceaccounts: 'Service accounts',
  admission: 'Admission webhooks, policies and API services',
  certificates: 'Certificate requests and trust bundles',
}

const SIGNS: Readonly<Record<DiffEntry['change'], readonly [string, Style]>> = {
  added: ['+', 'green'],
  changed: ['~', 'yellow'],
  removed: ['-', 'red'],
}

/** What becomes of it if the first side is restored over the second. */
const FATES: Readonly<Record<DiffEntry['change'], string>> = {
  added: 'is lost',
  changed: 'reverts',
  removed: 'comes back',
}

const number = (value: number) => String(value).replace(/\B(?=(\d{3})+$)/g, ',')

/** Without the group where it is one of Kubernetes' own. */
const short = (resource: string) => resource.replace(/\.([a-z.]+\.)?k8s\.io$|\.apps$|\.batch$/, '')

function nameOf(entry: DiffEntry): string {
  if (entry.resource === undefined) return visible(entry.key)
  const place = [entry.namespace, entry.name].filter((one) => one !== undefined).join('/')
  return visible(`${short(entry.resource)} ${place}`)
}

function sizes({ before, after }: DiffEntry): string {
  const size = (one: DiffEntry['before']) => (one ? bytesText(one.bytes) : '')
  if (before && after)
    return before.bytes === after.bytes ? size(after) : `${size(before)} → ${size(after)}`
  return size(before ?? after)
}

const signed = (change: DiffEntry['change'], text: string, terminal: Terminal) => {
  const [sign, style] = SIGNS[change]
  return hang(`  ${paint(terminal, style, sign)} `, text, terminal.width)
}

function list(entries: readonly DiffEntry[], total: number, terminal: Terminal, fate: boolean) {
  const shown = entries.slice(0, MOST_LINES)
  const lines = shown.map((entry) =>
    signed(
      entry.change,
      `${nameOf(entry)}: ${fate ? FATES[entry.change] : sizes(entry)}`,
      terminal,
    ),
  )
  const more = total - shown.length
  return more > 0 ? [...lines, `    and ${number(more)} more: -o json names them`] : lines
}

function etcdLines(diff: SnapshotDiff, terminal: Terminal): readonly string[] {
  const { etcd } = diff.security
  if (!etcd)
    return ['', 'Users and roles of etcd could not be compared: the cluster does not tell them']
  const changes = [
    ...etcd.users.map((one) => ({ ...one, kind: 'user' })),
    ...etcd.roles.map((one) => ({ ...one, kind: 'role' })),
  ]
  const { from, to } = etcd.enabled
  const state = (on: boolean | null) => (on ? 'on' : 'off')
  const turned = !switched(etcd.enabled)
    ? []
    : [`    authentication is ${state(from)} in the first, ${state(to)} in the second`]
  if (changes.length + turned.length === 0) return []
  const shown = changes.slice(0, MOST_LINES).map((one) => {
    const what = one.what ? ` (${one.what.join(', ')})` : ''
    return signed(
      one.change,
      `${one.kind} ${visible(one.name)}${what}: ${FATES[one.change]}`,
      terminal,
    )
  })
  const more = changes.length - shown.length
  const rest = more > 0 ? [`    and ${number(more)} more: -o json names them`] : []
  return ['', paint(terminal, 'bold', 'Users and roles of etcd'), ...turned, ...shown, ...rest]
}

function securityLines(diff: SnapshotDiff, terminal: Terminal): readonly string[] {
  const areas = diff.security.areas.flatMap(({ area, added, changed, removed }) => {
    const total = added + changed + removed
    if (total === 0) return []
    const entries = diff.entries.filter((entry) => entry.security === area)
    return ['', paint(terminal, 'bold', AREA_NAMES[area]), ...list(entries, total, terminal, true)]
  })
  const all = [...areas, ...etcdLines(diff, terminal)]
  if (all.length === 0) return []
  const title = `If ${diff.from.source} were restored, of what decides who may do what:`
  return ['', hang('', visible(title), terminal.width), ...all]
}

export function snapshotDiffText(diff: SnapshotDiff, terminal: Terminal): string {
  const { summary, from, to } = diff
  const side = ({ source, revision, keys }: SnapshotDiff['from']) =>
    visible(`${source}: revision ${revision}, ${number(keys)} keys`)
  const head = [
    hang('from  ', side(from), terminal.width),
    hang('to    ', side(to), terminal.width),
  ]
  if (diff.same) return [...head, '', paint(terminal, 'green', 'Nothing differs.')].join('\n')
  const rest = diff.entries.filter((entry) => entry.security === undefined)
  const inAreas = diff.security.areas.reduce(
    (sum, { added, changed, removed }) => sum + added + changed + removed,
    0,
  )
  const others = summary.added + summary.changed + summary.removed - inAreas
  const resources = diff.resources.map((one) => [
    visible(short(one.resource ?? '(no object of Kubernetes)')),
    number(one.added),
    number(one.changed),
    number(one.removed),
  ])
  return [
    ...head,
    '',
    table([['', 'added', 'changed', 'removed'], ...resources], terminal.width),
    `${number(summary.unchanged)} keys are the same.`,
    ...securityLines(diff, terminal),
    ...(others > 0
      ? ['', paint(terminal, 'bold', 'Everything else'), ...list(rest, others, terminal, false)]
      : []),
  ].join('\n')
}
