// The steps of `snapshot prune`: plan, show, confirm, apply.
import { applyPrune, type PrunePlan, planPrune } from '../../backup/prune.ts'
import type { RetentionPolicy } from '../../backup/rules/retention.ts'
import { KeepError } from '../../core/error.ts'
import { pruneLines } from '../../report/prune-text.ts'
import type { Problem } from '../../repository/problem.ts'
import type { RecordEvent } from '../../repository/record.ts'
import type { Context } from '../command.ts'
import type { RepositoryFlags, SigningFlag } from './flags.ts'
import { requireSigner } from './keys.ts'
import { judgeRepository, openRepository } from './open.ts'
import { recorderOf } from './recorder.ts'

export interface PruneFlags extends RepositoryFlags, SigningFlag {
  readonly 'keep-last': number
  readonly 'keep-within': number | undefined
  readonly 'keep-hourly': number
  readonly 'keep-daily': number
  readonly 'keep-weekly': number
  readonly 'keep-monthly': number
  readonly 'keep-yearly': number
  readonly 'accept-clock': boolean
  readonly 'dry-run': boolean
  readonly yes: boolean
}

export interface PruneResult {
  readonly schema: 'etcdkeep.snapshot-prune/v1'
  readonly repository: string
  readonly verdicts: PrunePlan['verdicts']
  /** What a run that was interrupted left, and objects that no snapshot can ever name. */
  readonly leftovers: readonly string[]
  readonly refused: readonly string[]
  /** False for a dry run, a refusal, or where there was nothing to do. */
  readonly applied: boolean
  readonly problems: readonly Problem[]
}

function policyOf(flags: PruneFlags): RetentionPolicy {
  const policy = {
    last: flags['keep-last'],
    within: flags['keep-within'] ?? 0,
    hourly: flags['keep-hourly'],
    daily: flags['keep-daily'],
    weekly: flags['keep-weekly'],
    monthly: flags['keep-monthly'],
    yearly: flags['keep-yearly'],
  }
  if (Object.values(policy).some((one) => one > 0)) return policy
  throw new KeepError('usage', 'prune.no-policy', 'nothing says which snapshots are to stay', {
    hint: 'for example: --keep-hourly 24 --keep-daily 7 --keep-weekly 5 --keep-monthly 12',
  })
}

export async function runPrune(flags: PruneFlags, context: Context): Promise<PruneResult> {
  const { ports, signal, progress } = context
  const policy = policyOf(flags)
  const repository = await openRepository(flags, ports)
  const { store } = repository
  progress.step(`reading ${store.name}`)
  const chain = await judgeRepository(repository, context)
  const now = ports.clock.now()
  const acceptClock = flags['accept-clock']
  const plan = await planPrune(store, chain, { policy, acceptClock, now, signal })
  const { verdicts, refused } = plan
  const leftovers = [
    ...plan.finish.map(({ sequence }) => `the rest of snapshot ${sequence}`),
    ...plan.strays,
  ]
  const result = (applied: boolean, problems: readonly Problem[]): PruneResult => ({
    schema: 'etcdkeep.snapshot-prune/v1',
    repository: store.name,
    verdicts,
    leftovers,
    refused,
    applied,
    problems,
  })
  const nothing = plan.remove.length + leftovers.length === 0
  if (flags['dry-run'] || refused.length > 0 || nothing) return result(false, chain.problems)
  const signer = await requireSigner(ports.host(), flags['sign-with'])
  if (!flags.yes) {
    context.show(pruneLines({ verdicts, leftovers }, context.terminal).join('\n'))
    if (!(await context.confirm(`Remove ${plan.remove.length} snapshots for good?`)))
      return result(false, chain.problems)
  }
  const recorder = recorderOf(repository, signer, chain, { clock: ports.clock, signal })
  const step = (text: string) => progress.step(text)
  const record = (event: RecordEvent) => recorder.record(event)
  const left = await applyPrune(store, plan, { record, step, signal })
  return result(true, [...chain.problems, ...left, ...(await recorder.finish())])
}
