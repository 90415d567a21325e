import { bytesText } from '../backup/meter.ts'
import { columns, hang, pad, paint, type Terminal, visible } from '../core/terminal.ts'
import type { SnapshotInspection } from './snapshot-inspection.ts'

/** Shown one by one; the rest is summed up. */
const MOST_PREFIXES = 20
const LABEL = 13
const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉']

/** `1,234,567`; Intl takes longer to load than all of it. */
const number = (value: number) => String(value).replace(/\B(?=(\d{3})+$)/g, ',')
const count = (value: number, one: string, many = `${one}s`) =>
  `${number(value)} ${value === 1 ? one : many}`

/** A bar of at most `width` columns; what is not nothing shows. */
function bar(share: number, width: number): string {
  const eighths = Math.max(share > 0 ? 1 : 0, Math.round(share * width * 8))
  return '█'.repeat(Math.floor(eighths / 8)) + (EIGHTHS[eighths % 8] ?? '')
}

type Row = NonNullable<SnapshotInspection['prefixes']>[number]

function shownRows(rows: readonly Row[]): readonly Row[] {
  if (rows.length <= MOST_PREFIXES) return rows
  const rest = rows.slice(MOST_PREFIXES - 1)
  const sum = (of: (row: Row) => number) => rest.reduce((total, row) => total + of(row), 0)
  const others = {
    prefix: `${rest.length} more prefixes`,
    keys: sum((row) => row.keys),
    bytes: sum((row) => row.bytes),
    oldRevisions: sum((row) => row.oldRevisions),
    oldBytes: sum((row) => row.oldBytes),
  }
  return [...rows.slice(0, MOST_PREFIXES - 1), others]
}

function prefixLines(rows: readonly Row[], terminal: Terminal): readonly string[] {
  const shown = shownRows(rows)
  const most = Math.max(1, ...shown.map(({ bytes, oldBytes }) => bytes + oldBytes))
  const names = shown.map((row) => visible(row.prefix) || '(no prefix)')
  const wide = Math.min(Math.max(6, ...names.map(columns)), Math.max(16, terminal.width - 44))
  const room = Math.max(4, terminal.width - wide - 40)
  const cell = (text: string, width: number) => text.padStart(width)
  const head = `${pad('PREFIX', wide)} ${cell('KEYS', 10)} ${cell('LIVE', 8)} ${cell('OLD', 8)}`
  const cut = (name: string) =>
    columns(name) > wide
      ? `${Array.from(name)
          .slice(0, wide - 1)
          .join('')}…`
      : name
  return [
    paint(terminal, 'bold', head),
    ...shown.map((row, index) => {
      const live = bar(row.bytes / most, room)
      const old = '░'.repeat(Math.round((row.oldBytes / most) * room))
      const numbers = `${cell(number(row.keys), 10)} ${cell(bytesText(row.bytes), 8)} ${cell(bytesText(row.oldBytes), 8)}`
      const bars = paint(terminal, 'cyan', live) + paint(terminal, 'dim', old)
      return `${pad(cut(names[index] ?? ''), wide)} ${numbers}  ${bars}`.trimEnd()
    }),
  ]
}

function proof({ form, sha256 }: SnapshotInspection): string {
  if (sha256.verified) return `verified  ${sha256.database}`
  if (form === 'snapshot') return 'not computed: pages alone were checked'
  return 'none in the file: a copy of a database, or a snapshot that lost it; a changed value is not seen'
}

function pagesText({ size, pages }: SnapshotInspection): string {
  const free = `${number(pages.free)} free (${bytesText(pages.freeBytes)}, old values may stand there)`
  const beyond = pages.beyondBytes > 0 ? `, ${bytesText(pages.beyondBytes)} not used yet` : ''
  return `${bytesText(size)}; ${count(pages.total, 'page')} of ${pages.size} bytes, ${free}${beyond}`
}

function keysText({ keys, revisions, oldRevisions, prefixes = [] }: SnapshotInspection): string {
  if (keys === undefined) return `${count(revisions, 'revision')}; too many to tell which live`
  const old = prefixes.reduce((sum, one) => sum + one.oldBytes, 0)
  return `${number(keys)} living; ${count(oldRevisions ?? 0, 'older revision')} (${bytesText(old)})`
}

function authText({ auth }: SnapshotInspection): string {
  const names = (all: readonly { readonly name: string }[]) =>
    all.map(({ name }) => name).join(', ')
  const state = auth.enabled ? 'on' : 'off'
  if (auth.users.length + auth.roles.length === 0) return state
  return `${state}; users: ${names(auth.users) || 'none'}; roles: ${names(auth.roles) || 'none'}`
}

function etcdText({ etcd, compact }: SnapshotInspection): string {
  const version = etcd.storageVersion ?? etcd.clusterVersion
  const { scheduled, finished } = compact
  const pending = scheduled !== undefined && scheduled !== finished ? ', compaction pending' : ''
  return [
    version === undefined ? 'version not told' : `cluster version ${version}`,
    scheduled === undefined && finished === undefined
      ? 'never compacted'
      : `compacted at ${finished ?? scheduled}${pending}`,
    ...(etcd.term === undefined ? [] : [`term ${etcd.term}`]),
  ].join(', ')
}

export function snapshotInspectionText(found: SnapshotInspection, terminal: Terminal): string {
  const { hashKv } = found
  const lines: readonly (readonly [string, string])[] = [
    ['SHA-256', proof(found)],
    ['Size', pagesText(found)],
    ['Revision', found.revision],
    ['Keys', keysText(found)],
    ...(hashKv === undefined
      ? []
      : [
          [
            'HashKV',
            'missing' in hashKv
              ? `not comparable: ${hashKv.missing}`
              : `${hashKv.hash} at revision ${hashKv.revision}, compact revision ${hashKv.compactRevision}`,
          ] as const,
        ]),
    ['etcd', etcdText(found)],
    [
      'Members',
      found.members
        .map((one) => `${one.name || '(unstarted)'} ${one.id} ${one.peerUrls.join(' ')}`)
        .join('; ') || 'none',
    ],
    ['Access', authText(found)],
    ['Leases', number(found.leases)],
    ['Alarms', found.alarms.join(', ') || 'none'],
    [
      'Encryption',
      found.encryptionKeys.join(', ') || 'no value names an encryption key of Kubernetes',
    ],
  ]
  const title = found.form === 'snapshot' ? 'a sound snapshot' : 'a sound copy of a database'
  return [
    `${paint(terminal, 'bold', visible(found.file))}: ${paint(terminal, 'green', title)}`,
    '',
    ...lines.map(([label, text]) =>
      hang(`  ${pad(label, LABEL - 2)}`, visible(text), terminal.width),
    ),
    ...(found.prefixes?.length ? ['', ...prefixLines(found.prefixes, terminal)] : []),
  ].join('\n')
}
