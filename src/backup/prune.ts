// Retention, planned from signed words alone and then applied: the record first, then the data.
import { KeepError } from '../core/error.ts'
import type { ObjectStore } from '../ports/object-store.ts'
import { keysName } from '../repository/names.ts'
import { notice, type Problem } from '../repository/problem.ts'
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

const objectsOf = ({ sequence, manifest, generations }: Snapshot): readonly string[] => [
  // Without its keys it is unreadable at once, even where removing the rest is interrupted.
  ...generations.map((generation) => keysName(sequence, manifest.id, generation)),
  manifest.data.object,
]

/** Until when the store itself keeps any of it; undefined where it does not. */
async function lockedUntil(
  { lock }: ObjectStore,
  snapshot: Snapshot,
  { now, signal }: PruneOptions,
): Promise<string | undefined> {
  if (!lock) return undefined
  let latest = now
  for (const object of objectsOf(snapshot)) {
    const { mode, until } = await lock.retention(object, signal)
    if (mode !== 'none' && until && until > latest) latest = until
  }
  return latest > now ? latest.toISOString() : undefined
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

/** Undefined where all of it is gone; what the store does not let go of is told, and tried again by the next run. */
async function removeAll(
  store: ObjectStore,
  snapshot: Snapshot,
  signal: AbortSignal,
): Promise<Problem | undefined> {
  try {
    for (const object of objectsOf(snapshot)) await store.remove(object, signal)
    return undefined
  } catch (thrown) {
    if (!(thrown instanceof KeepError) || thrown.kind !== 'denied') throw thrown
    const { sequence } = snapshot
    return notice('half-pruned', `snapshot ${sequence} is not all gone: ${thrown.message}`, {
      sequence,
      hint: 'does this credential have the right to remove, and does the store lock objects?',
    })
  }
}

/**
 * Stopped at any moment, what is listed restores: a snapshot is recorded as pruned before anything of it goes, and the
 * next run finishes it. Oldest first. What could not be removed is told.
 */
export async function applyPrune(
  store: ObjectStore,
  plan: PrunePlan,
  by: {
    readonly record: (event: RecordEvent) => Promise<void>
    readonly step: (text: string) => void
    readonly signal: AbortSignal
  },
): Promise<readonly Problem[]> {
  const { signal } = by
  const told: (Problem | undefined)[] = []
  for (const snapshot of plan.finish) told.push(await removeAll(store, snapshot, signal))
  for (const object of plan.strays) await store.remove(object, signal)
  for (const snapshot of plan.remove) {
    const { sequence, manifest } = snapshot
    by.step(`removing snapshot ${sequence}`)
    const about = { sequence, id: manifest.id }
    await by.record({ kind: 'pruned', snapshot: about, reason: 'retention' })
    told.push(await removeAll(store, snapshot, signal))
  }
  return told.filter((one) => one !== undefined)
}
