import { paint, type Terminal, visible } from '../core/terminal.ts'
import { table } from '../core/table.ts'
import type { ListedSnapshot, Listing } from '../repository/listing.ts'
import { problemLines } from './problems-text.ts'
import { showAge, showSize } from './units-text.ts'

const shortKey = (key: string): string => (key.length > 16 ? `${key.slice(0, 12)}…` : key)

function stateOf({ verified, drilled, held, pruned, whole }: ListedSnapshot): string {
  if (pruned) return 'pruned'
  return [
    ...(whole ? [] : ['BROKEN']),
    ...(drilled ? [drilled.passed ? 'drilled' : 'DRILL FAILED'] : []),
    ...(verified
      ? [verified.depth === 'opened' ? 'verified' : 'bytes verified']
      : ['not verified']),
    ...(held ? ['held'] : []),
  ].join(', ')
}

const row = (one: ListedSnapshot): readonly string[] => [
  String(one.sequence),
  showAge(one.age * 1000),
  visible(one.revision),
  showSize(one.size),
  visible(`${one.source.name} ${one.source.etcd}`),
  stateOf(one),
  visible(one.readers.map(({ key }) => shortKey(key)).join(' ')),
]

const HEAD = ['seq', 'age', 'revision', 'size', 'source', 'state', 'readers']

/** Bad news first, then the snapshots, newest first. */
export function listingText(listing: Listing, terminal: Terminal): string {
  const { repository, snapshots, problems } = listing
  const [head = '', ...rows] = table([HEAD, ...snapshots.map(row)], terminal.width).split('\n')
  const body =
    snapshots.length === 0
      ? [`no snapshot in ${visible(repository)}`]
      : [paint(terminal, 'dim', head), ...rows]
  const bad = problemLines(problems, terminal)
  return [...bad, ...(bad.length > 0 ? [''] : []), ...body].join('\n')
}
