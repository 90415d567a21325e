// Retention, planned from signed words alone and then applied: the record first, then the data.
import type { ObjectStore } from '../ports/object-store.ts'
import { keysName } from '../repository/names.ts'
import type { Chain } from '../repository/read-chain.ts'
import type { RecordEvent } from '../repository/record.ts'
import type { Snapshot } from '../repository/snapshot-state.ts'
import {
  judgeRetention,
  type Retainable,
  type RetentionPolicy,
  type RetentionVerdict,
} from './rules/retention.ts'
import { suspicions } from './rules/suspicion.ts'

export interface PrunePlan {
  /** Every snapshot that is not pruned, in order. */
  readonly verdicts: readonly RetentionVerdict[]
  readonly remove: readonly Snapshot[]
  /** Pruned already, by a run that was interrupted. */
  readonly finish: readonly Snapshot[]
  /** Objects that can never be named: another snapshot has their number. */
  readonly strays: readonly string[]
  /** Why nothing may be removed. */
  readonly refused: readonly string[]
}

export interface PruneOptions {
  readonly policy: RetentionPolicy
  readonly acceptClock: boolean
  readonly now: Date
  readonly signal: AbortSignal
}

const retainable = ({
  sequence,
  manifest,
  held,
  opened,
  stored,
  proven,
}: Snapshot): Retainable => ({
  sequence,
  created: manifest.created,
  ...(held && { held: held.reason }),
  opened: opened !== undefined,
  stored: stored !== undefined,
  drilled: proven !== undefined,
})

/** Until when the store itself keeps the data; undefined where it does not. */
async function lockedUntil(
  store: ObjectStore,
  { manifest }: Snapshot,
  { now, signal }: PruneOptions,
): Promise<string | undefined> {
  const retention = await store.lock?.retention(manifest.data.object, signal)
  if (!retention || retention.mode === 'none' || !retention.until) return undefined
  return retention.until > now ? retention.until.toISOString() : undefined
}

async function withLocks(
  store: ObjectStore,
  verdicts: readonly RetentionVerdict[],
  alive: readonly Snapshot[],
  options: PruneOptions,
): Promise<readonly RetentionVerdict[]> {
  const checked: RetentionVerdict[] = []
  for (const verdict of verdicts) {
    const snapshot = alive.find(({ sequence }) => sequence === verdict.sequence)
    const until =
      verdict.keep || !snapshot ? undefined : await lockedUntil(store, snapshot, options)
    const { sequence } = verdict
    checked.push(
      until === undefined ? verdict : { sequence, keep: true, why: [`locked until ${until}`] },
    )
  }
  return checked
}

/** Changes nothing. */
export async function planPrune(
  store: ObjectStore,
  chain: Chain,
  options: PruneOptions,
): Promise<PrunePlan> {
  const bad = new Set(
    chain.problems.filter(({ severity }) => severity === 'problem').map(({ sequence }) => sequence),
  )
  const alive = chain.snapshots.filter(({ pruned }) => !pruned)
  const sound = alive.filter(({ sequence }) => !bad.has(sequence))
  const judged = judgeRetention(sound.map(retainable), options.policy)
  const doubtful = alive
    .filter(({ sequence }) => bad.has(sequence))
    .map(({ sequence }) => ({
      sequence,
      keep: true,
      why: ['something is wrong with it: look first'],
    }))
  const created = chain.snapshots.map(({ manifest }) => manifest.created)
  const refused = suspicions(chain.problems, created, options.acceptClock)
  const verdicts = (await withLocks(store, judged, alive, options))
    .concat(doubtful)
    .toSorted((a, b) => a.sequence - b.sequence)
  const going = new Set(verdicts.filter(({ keep }) => !keep).map(({ sequence }) => sequence))
  return {
    verdicts,
    remove: alive.filter(({ sequence }) => going.has(sequence)),
    finish: chain.snapshots.filter(({ pruned, left }) => pruned !== undefined && left),
    strays: chain.overtaken,
    refused,
  }
}

async function removeAll(
  store: ObjectStore,
  snapshot: Snapshot,
  signal: AbortSignal,
): Promise<void> {
  const { sequence, manifest, generations } = snapshot
  // Without its keys it is unreadable at once, even where removing the rest is interrupted.
  for (const generation of generations)
    await store.remove(keysName(sequence, manifest.id, generation), signal)
  await store.remove(manifest.data.object, signal)
}

/**
 * Stopped at any moment, what is listed restores: a snapshot is recorded as pruned before anything of it goes, and the
 * next run finishes it. Oldest first.
 */
export async function applyPrune(
  store: ObjectStore,
  plan: PrunePlan,
  by: {
    readonly record: (event: RecordEvent) => Promise<void>
    readonly step: (text: string) => void
    readonly signal: AbortSignal
  },
): Promise<void> {
  const { signal } = by
  for (const snapshot of plan.finish) await removeAll(store, snapshot, signal)
  for (const object of plan.strays) await store.remove(object, signal)
  for (const snapshot of plan.remove) {
    const { sequence, manifest } = snapshot
    by.step(`removing snapshot ${sequence}`)
    const about = { sequence, id: manifest.id }
    await by.record({ kind: 'pruned', snapshot: about, reason: 'retention' })
    await removeAll(store, snapshot, signal)
  }
}
