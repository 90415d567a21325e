// The steps of `snapshot restore`: plan, ask, prove the old members down, restore, prove the new ones.
import { resolve } from 'node:path'
import { applyRestore, rollBackRestore } from '../../backup/restore/apply-restore.ts'
import { checkList } from '../../backup/restore/check-list.ts'
import { happened, openJournal, unfinished } from '../../backup/restore/journal.ts'
import type { RestoreOutcome, RestorePlan } from '../../backup/restore/model.ts'
import { gapOf, planRestore } from '../../backup/restore/plan-restore.ts'
import { Meter } from '../../backup/meter.ts'
import { KeepError } from '../../core/error.ts'
import { restoreText } from '../../report/restore-text.ts'
import type { Problem } from '../../repository/problem.ts'
import type { Context } from '../command.ts'
import { accessOf } from './access.ts'
import type { RestoreFlags } from './flags.ts'
import { clusterOf, membersOf } from './members.ts'
import { type GivenSource, requireSame, sourceOf } from './source.ts'

export interface RestoreResult {
  readonly schema: 'etcdkeep.snapshot-restore/v1'
  readonly plan: RestorePlan
  /** Revisions that the old data has and the snapshot has not; absent where no old data can be read. */
  readonly gap?: string
  readonly problems: readonly Problem[]
  /** Absent where nothing was changed. */
  readonly outcome?: RestoreOutcome
  /** What is left to a person, one line each. */
  readonly checkList: readonly string[]
}

function bumpOf({ bump, 'no-bump': none }: RestoreFlags): bigint | 'none' | 'default' {
  if (none && bump !== undefined)
    throw new KeepError('usage', 'usage.flag', 'both --bump and --no-bump', { hint: 'give one' })
  if (none) return 'none'
  if (bump === undefined) return 'default'
  if (/^[1-9]\d{0,17}$/.test(bump)) return BigInt(bump)
  throw new KeepError('usage', 'usage.flag', `--bump: ${bump} is no count of revisions`, {
    hint: 'such as 1000000000',
  })
}

async function planNew(
  flags: RestoreFlags,
  { source }: GivenSource,
  context: Context,
): Promise<RestorePlan> {
  const { ports, progress, signal } = context
  const found = await membersOf(flags, ports.host())
  const cluster = clusterOf(flags.cluster)
  const meter = new Meter(progress, 'reading')
  const etcd = flags['etcd-version'] ?? found.etcd
  return planRestore(ports, {
    source,
    members: found.members,
    bump: bumpOf(flags),
    binaries: await ports.etcdBinaries({ progress: (line) => progress.note(line), signal }),
    signal,
    passed: (bytes, total) => meter.add(bytes, total),
    ...(cluster && { cluster }),
    ...(flags.token !== undefined && { token: flags.token }),
    ...(etcd !== undefined && { etcd }),
  })
}

function resultOf(
  plan: RestorePlan,
  problems: readonly Problem[],
  outcome?: RestoreOutcome,
): RestoreResult {
  const gap = gapOf(plan)
  return {
    schema: 'etcdkeep.snapshot-restore/v1',
    plan,
    ...(gap !== undefined && { gap: gap.toString() }),
    problems,
    ...(outcome && { outcome }),
    checkList: outcome?.as === 'rolled-back' ? [] : checkList(plan),
  }
}

/** The plan to carry out, and its source where bytes are still to be read. */
async function planned(flags: RestoreFlags, given: string | undefined, context: Context) {
  const journal = await openJournal(context.ports, resolve(flags.state))
  const rest = unfinished(journal)
  if (rest && (happened(journal, 'swap') || happened(journal, 'undo')))
    return { plan: rest, begun: true, problems: [] }
  const found = await sourceOf(flags, given, context)
  if (rest) requireSame(rest.source, found.source.name)
  const plan = rest ?? (await planNew(flags, found, context))
  return { plan, begun: rest !== undefined, ...found }
}

/** Two runs at once would undo each other; looking alone needs no turn. */
export async function runRestore(
  flags: RestoreFlags,
  given: string | undefined,
  context: Context,
): Promise<RestoreResult> {
  if (flags['dry-run']) return restoreOnce(flags, given, context)
  const release = await context.ports.files.hold(resolve(flags.state, 'run.lock'))
  try {
    return await restoreOnce(flags, given, context)
  } finally {
    await release()
  }
}

async function restoreOnce(
  flags: RestoreFlags,
  given: string | undefined,
  context: Context,
): Promise<RestoreResult> {
  const { ports, progress, signal } = context
  const state = resolve(flags.state)
  if (flags.rollback) {
    const { plan, outcome } = await rollBackRestore(ports, { state, signal })
    return resultOf(plan, [], outcome)
  }
  const found = await planned(flags, given, context)
  const { plan, begun, problems } = found
  const result = resultOf(plan, problems)
  if (flags['dry-run']) return result
  const access = await accessOf(flags, plan, context)
  if (!flags.yes && !begun) {
    context.show(restoreText(result, context.terminal))
    if (!(await context.confirm('Restore this?')))
      throw new KeepError('cancelled', 'restore.declined', 'nothing was changed', {
        hint: 'run it again with --yes, or --dry-run to look only',
      })
  }
  const meter = new Meter(progress, 'writing')
  const outcome = await applyRestore(ports, plan, {
    state,
    access,
    progress,
    signal,
    source: async () =>
      'source' in found ? found.source : (await sourceOf(flags, given, context)).source,
    ...(flags.wait !== undefined && { waitMs: flags.wait }),
    passed: (bytes, total) => meter.add(bytes, total),
  })
  return resultOf(plan, problems, outcome)
}
