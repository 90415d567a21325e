import { concurrently } from '../core/concurrently.ts'
import type { ObjectStore } from '../ports/object-store.ts'
import { type Inventory, takeInventory } from './inventory.ts'
import { judgeLinks, type Range, type Witness } from './judge-links.ts'
import { judgeTimes } from './judge-times.ts'
import { type Link, type LinkKind, MANIFESTS, readLink, RECORDS } from './link.ts'
import type { Manifest, Tip } from './model.ts'
import { inOrder, problem, type Problem } from './problem.ts'
import type { RepositoryRecord } from './record.ts'
import type { Trust } from './signing-key.ts'
import { judgeSnapshot, type Snapshot, snapshotOf } from './snapshot-state.ts'
import { straysIn } from './strays.ts'

const AT_ONCE = 16
/** Of bad links only so many are named: somebody may have put a million there. */
const NAMED = 50

export interface Chain {
  /** In order; only what is truly signed and in its place. Pruned ones stay, and say so. */
  readonly snapshots: readonly Snapshot[]
  readonly records: readonly Link<RepositoryRecord>[]
  /** The newest good link of each. */
  readonly tip: Tip | null
  readonly recordsTip: Tip | null
  /** Data and keys that can never be named: another snapshot has their number. */
  readonly overtaken: readonly string[]
  /** The first bad news first. Empty: nothing is forged, changed, missing, hidden, replayed or out of order. */
  readonly problems: readonly Problem[]
}

export interface ChainOptions {
  readonly trust: Trust
  readonly now: Date
  /** From outside the store: src/repository/anchor.ts. */
  readonly witnesses?: readonly Witness[]
  readonly signal?: AbortSignal
}

interface Links<T extends Manifest | RepositoryRecord> {
  readonly good: readonly Link<T>[]
  readonly bad: ReadonlySet<number>
  readonly problems: readonly Problem[]
}

async function readLinks<T extends Manifest | RepositoryRecord>(
  kind: LinkKind<T>,
  store: ObjectStore,
  inventory: Inventory,
  options: ChainOptions,
): Promise<Links<T>> {
  const numbers = [...inventory[kind.folder].keys()].toSorted((a, b) => a - b)
  const read = await concurrently(numbers, AT_ONCE, (at) =>
    readLink(kind, at, { store, ...options }),
  )
  const all = read.filter((one): one is Problem => one !== undefined && 'code' in one)
  const more = all.length - NAMED
  const rest = problem(
    'malformed',
    `and ${more} more objects in ${kind.folder}/ that are none of ours`,
  )
  const problems = more > 0 ? [...all.slice(0, NAMED), rest] : all
  const good = read.filter((one): one is Link<T> => one !== undefined && !('code' in one))
  const fine = new Set(good.map(({ sequence }) => sequence))
  // What was listed but not found when it was read is missing.
  const bad = new Set(numbers.filter((at, index) => !fine.has(at) && read[index] !== undefined))
  return { good, bad, problems }
}

const tipOf = (links: readonly Tip[]): Tip | null => {
  const last = links.at(-1)
  return last ? { sequence: last.sequence, sha256: last.sha256 } : null
}

/** What each chain has seen of the other. */
function witnessesOf(
  manifests: readonly Link<Manifest>[],
  records: readonly Link<RepositoryRecord>[],
): readonly Witness[] {
  const byManifests = manifests.flatMap(({ object, content }): Witness[] =>
    content.records ? [{ folder: 'records', tip: content.records, by: object }] : [],
  )
  const byRecords = records.flatMap(({ object, content }): Witness[] =>
    content.manifests ? [{ folder: 'manifests', tip: content.manifests, by: object }] : [],
  )
  return [...byManifests, ...byRecords]
}

const acknowledged = (
  folder: 'manifests' | 'records',
  records: readonly Link<RepositoryRecord>[],
): readonly Range[] =>
  records.flatMap(({ content: { event } }) =>
    event.kind === 'acknowledged' && event.folder === folder
      ? [{ from: event.from, to: event.to }]
      : [],
  )

function recordsBySnapshot(
  records: readonly Link<RepositoryRecord>[],
): ReadonlyMap<string, readonly Link<RepositoryRecord>[]> {
  return Map.groupBy(
    records.filter(({ content }) => 'snapshot' in content.event),
    ({ content: { event } }) =>
      'snapshot' in event ? `${event.snapshot.sequence} ${event.snapshot.id}` : '',
  )
}

/** Reads and judges everything but the sealed bytes and keys. Throws only where the store itself fails. */
export async function readChain(store: ObjectStore, options: ChainOptions): Promise<Chain> {
  const inventory = await takeInventory(store, options.signal)
  const manifests = await readLinks(MANIFESTS, store, inventory, options)
  const records = await readLinks(RECORDS, store, inventory, options)
  const about = recordsBySnapshot(records.good)
  const snapshots = manifests.good.map((link) =>
    snapshotOf(link, about.get(`${link.sequence} ${link.content.id}`) ?? [], inventory),
  )
  const strays = straysIn(snapshots, inventory, manifests.bad)
  const witnesses = [...(options.witnesses ?? []), ...witnessesOf(manifests.good, records.good)]
  const judge = (
    folder: 'manifests' | 'records',
    { good: links, bad }: Links<Manifest | RepositoryRecord>,
  ) =>
    judgeLinks({ folder, links, bad, witnesses, acknowledged: acknowledged(folder, records.good) })
  return {
    snapshots,
    records: records.good,
    tip: tipOf(manifests.good),
    recordsTip: tipOf(records.good),
    overtaken: strays.overtaken,
    problems: inOrder([
      ...judge('manifests', manifests),
      ...judge('records', records),
      ...manifests.problems,
      ...records.problems,
      ...judgeTimes(snapshots, options.now),
      ...snapshots.flatMap((snapshot) => judgeSnapshot(snapshot, inventory)),
      ...inventory.problems,
      ...strays.problems,
    ]),
  }
}
