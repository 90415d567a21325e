// Carries out a plan with a journal; killed at any moment, the next run goes on or takes all of it back.
import { KeepError } from '../../core/error.ts'
import type { Ports } from '../../ports/ports.ts'
import type { Progress } from '../../ports/progress.ts'
import { requireDown, signsOfLife } from './down.ts'
import { happened, type Journal, openJournal, stagedMembers, unfinished } from './journal.ts'
import type { RestoreOutcome, RestorePlan } from './model.ts'
import { placesOf, scratchOf } from './paths.ts'
import { type Proving, proveRestored } from './prove.ts'
import type { RestoreSource } from './source.ts'
import { clearStaged, stageMember, type Staging, writeScratch } from './stage.ts'
import { exists, putInPlace, takeBack } from './swap.ts'
import { tryOut } from './try-out.ts'

export type RestoringPorts = Pick<
  Ports,
  'clock' | 'draftFile' | 'etcd' | 'files' | 'host' | 'launcher' | 'loopback' | 'prober'
>

export interface ApplyOptions extends Omit<Proving, 'timeoutMs'> {
  /** Journal and scratch file. */
  readonly state: string
  /** Opened only where its bytes are still needed. */
  readonly source: () => Promise<RestoreSource>
  /** How long members may take to come up; absent: they are started by somebody later. */
  readonly waitMs?: number
  readonly progress: Progress
  readonly passed: (bytes: number, total: number) => void
}

/** For a proof of members that run already. */
const PROVE_MS = 60_000

async function keptBy(ports: RestoringPorts, plan: RestorePlan): Promise<readonly string[]> {
  const places = plan.members.flatMap((target) => placesOf(target, plan))
  const kept: string[] = []
  for (const { before, undone } of places)
    for (const path of [before, undone]) if (await exists(ports, path)) kept.push(path)
  return kept
}

/** Nothing readable stays: neither the scratch file, nor what was staged and not used. */
async function clear(ports: RestoringPorts, plan: RestorePlan, state: string): Promise<void> {
  await ports.files.remove(scratchOf(state, plan))
  for (const target of plan.members) await clearStaged(ports, target, plan)
}

async function stageAll(
  ports: RestoringPorts,
  journal: Journal,
  plan: RestorePlan,
  options: ApplyOptions,
): Promise<void> {
  const { progress, signal, passed, state } = options
  const staging: Staging = { plan, scratch: scratchOf(state, plan), signal, passed }
  const left = plan.members.filter(({ name }) => !stagedMembers(journal).has(name))
  if (left.length > 0) {
    progress.step('reading the snapshot')
    await writeScratch(ports, await options.source(), staging)
  }
  if (!happened(journal, 'tried')) {
    progress.step('trying it in a scratch directory')
    await tryOut(ports, staging)
    await journal.record({ event: 'tried' })
  }
  for (const target of left) {
    progress.step(`restoring ${target.name} beside its old data`)
    await stageMember(ports, target, staging)
    await journal.record({ event: 'staged', member: target.name })
  }
  await ports.files.remove(staging.scratch)
  await requireDown(ports, plan, signal)
}

/** Until the first old directory is moved, a failure leaves nothing behind and the next run plans anew. */
async function place(
  ports: RestoringPorts,
  journal: Journal,
  plan: RestorePlan,
  options: ApplyOptions,
): Promise<void> {
  if (!happened(journal, 'swap')) {
    try {
      await stageAll(ports, journal, plan, options)
    } catch (thrown) {
      await clear(ports, plan, options.state)
      await journal.record({ event: 'end', outcome: 'failed' })
      throw thrown
    }
    await journal.record({ event: 'swap' })
  } else await requireDown(ports, plan, options.signal)
  for (const target of plan.members)
    for (const one of placesOf(target, plan)) await putInPlace(ports, one)
  await clear(ports, plan, options.state)
  await journal.record({ event: 'placed' })
}

/**
 * Applies `plan` (of `planRestore`, or of `unfinished` after a kill). Throws KeepError `conflict` (`restore.alive`)
 * where an old member lives. Until the outcome is `restored`, `rollBackRestore` puts everything back.
 */
export async function applyRestore(
  ports: RestoringPorts,
  plan: RestorePlan,
  options: ApplyOptions,
): Promise<RestoreOutcome> {
  const { state, signal, access, waitMs, progress } = options
  const journal = await openJournal(ports, state)
  const rest = unfinished(journal)
  if (rest && happened(journal, 'undo'))
    throw new KeepError('conflict', 'restore.undone', 'this restore is being taken back', {
      hint: 'finish that with: etcdkeep snapshot restore --rollback',
    })
  if (rest?.id !== plan.id) {
    await requireDown(ports, plan, signal)
    await journal.record({ event: 'begin', plan })
  } else if (!happened(journal, 'swap')) await requireDown(ports, plan, signal)
  if (!happened(journal, 'placed')) await place(ports, journal, plan, options)
  const kept = await keptBy(ports, plan)
  if (waitMs === undefined && (await signsOfLife(ports, plan, signal)).length === 0)
    return { as: 'waiting', kept }
  progress.step('waiting for the members')
  const proving = { access, timeoutMs: waitMs ?? PROVE_MS, signal }
  const proven = await proveRestored(ports, plan, proving)
  await journal.record({ event: 'end', outcome: 'restored' })
  return { as: 'restored', kept, proven }
}

/** The old data in its place again, the new aside. Throws `conflict` where members run, `not-found` without a restore. */
export async function rollBackRestore(
  ports: RestoringPorts,
  { state, signal }: { readonly state: string; readonly signal: AbortSignal },
): Promise<{ readonly plan: RestorePlan; readonly outcome: RestoreOutcome }> {
  const journal = await openJournal(ports, state)
  const plan = unfinished(journal)
  if (!plan)
    throw new KeepError(
      'not-found',
      'restore.none',
      `${journal.path} tells of no restore that could be taken back`,
      {
        hint: 'after the proof the new cluster stands; the old data still lies beside it as member.before-…',
      },
    )
  await requireDown(ports, plan, signal)
  const moved = happened(journal, 'swap')
  await journal.record({ event: 'undo' })
  if (moved && !happened(journal, 'undone'))
    for (const target of plan.members)
      for (const one of placesOf(target, plan)) await takeBack(ports, one)
  // Before what was staged is gone: it tells which data was never moved.
  await journal.record({ event: 'undone' })
  await clear(ports, plan, state)
  await journal.record({ event: 'end', outcome: 'rolled-back' })
  return { plan, outcome: { as: 'rolled-back', kept: await keptBy(ports, plan) } }
}
