// What `snapshot drill` says, and what of it is signed and kept.
import type { DrillCheck, Drilled } from '../../backup/drill/model.ts'
import type { Problem } from '../../repository/problem.ts'
import type { Snapshot } from '../../repository/snapshot-state.ts'

/** Seconds; what would be lost if this snapshot were all that is left. */
export interface LossWindow {
  /** Of the snapshot when it was drilled. */
  readonly age: number
  /** Absent for the first and the last. */
  readonly sincePrevious?: number
  readonly untilNext?: number
}

export interface DrilledSnapshot extends Drilled {
  /** Of one in a repository. */
  readonly sequence?: number
  readonly id?: string
  readonly file?: string
  readonly at: string
  readonly window?: LossWindow
  readonly recorded: boolean
}

export interface DrillResult {
  readonly schema: 'etcdkeep.snapshot-drill/v1'
  readonly repository?: string
  readonly drills: readonly DrilledSnapshot[]
  /** Drilled not long ago, as a record says. */
  readonly skipped: readonly number[]
  /** Could not be drilled; that says nothing about the snapshot. */
  readonly undone: readonly { readonly sequence: number; readonly why: string }[]
  readonly problems: readonly Problem[]
}

export const drillExit = ({ drills, undone, problems }: DrillResult): 0 | 1 =>
  undone.length > 0 ||
  drills.some(({ passed }) => !passed) ||
  problems.some(({ severity }) => severity === 'problem')
    ? 1
    : 0

const createdAt = ({ manifest }: Snapshot): number => Date.parse(manifest.created)

/** Against its neighbours that are not pruned. */
export function windowOf(
  snapshot: Snapshot,
  snapshots: readonly Snapshot[],
  now: Date,
): LossWindow {
  const left = snapshots.filter(({ pruned }) => !pruned)
  const index = left.indexOf(snapshot)
  const [previous, next] = [left[index - 1], left[index + 1]]
  const at = createdAt(snapshot)
  const seconds = (ms: number) => Math.round(ms / 1000)
  return {
    age: seconds(now.getTime() - at),
    ...(previous && { sincePrevious: seconds(at - createdAt(previous)) }),
    ...(next && { untilNext: seconds(createdAt(next) - at) }),
  }
}

/** Milliseconds. */
export interface Objectives {
  readonly rto: number | undefined
  readonly rpo: number | undefined
}

const judged = (
  check: DrillCheck['check'],
  seconds: number,
  most: number,
  what: string,
): DrillCheck => ({
  check,
  verdict: seconds * 1000 <= most ? 'pass' : 'fail',
  detail: `${what} ${Math.round(seconds * 10) / 10} s, at most ${most / 1000} s are allowed`,
})

/** The drill with what the user's objectives say of it; a drill that never got so far is not judged by its time. */
export function withObjectives(
  drilled: Drilled,
  window: LossWindow | undefined,
  { rto, rpo }: Objectives,
): Drilled {
  const { recovery, boot } = drilled.seconds
  const untilNext = window?.untilNext ?? window?.age
  const lost = Math.max(untilNext ?? 0, window?.sincePrevious ?? 0)
  const what =
    window?.untilNext === undefined && lost === window?.age
      ? 'the newest snapshot is as old as'
      : 'between two snapshots lie'
  const more = [
    ...(rto !== undefined && boot > 0
      ? [judged('recovery-time', recovery, rto, 'open, restore and boot took')]
      : []),
    ...(rpo !== undefined && window ? [judged('loss-window', lost, rpo, what)] : []),
  ]
  const passed = drilled.passed && more.every(({ verdict }) => verdict !== 'fail')
  return { ...drilled, passed, checks: [...drilled.checks, ...more] }
}

/** What is signed and kept beside the snapshot. */
export function evidenceOf(
  drilled: Drilled,
  { sha256 }: Pick<Snapshot, 'sha256'>,
  { at, window }: { readonly at: string; readonly window: LossWindow },
): Readonly<Record<string, unknown>> {
  const { passed, checks, seconds, etcd, revision, keys, size, encryptionKeys } = drilled
  return {
    schema: 'etcdkeep.drill-evidence/v1',
    manifest: sha256,
    at,
    passed,
    checks,
    seconds,
    window,
    ...(etcd !== undefined && { etcd }),
    ...(revision !== undefined && { revision }),
    ...(keys !== undefined && { keys }),
    size,
    encryptionKeys,
  }
}
