// One record about one snapshot: hold, release.
import { KeepError } from '../../core/error.ts'
import type { Problem } from '../../repository/problem.ts'
import type { Context } from '../command.ts'
import type { RepositoryFlags, SigningFlag } from './flags.ts'
import { requireSigner } from './keys.ts'
import { judgeRepository, openRepository } from './open.ts'
import { recorderOf } from './recorder.ts'
import { selectSnapshots } from './select.ts'

export interface HoldFlags extends RepositoryFlags, SigningFlag {
  readonly reason: string | undefined
}

export interface HoldResult {
  readonly schema: 'etcdkeep.snapshot-hold/v1'
  readonly kind: 'held' | 'released'
  readonly snapshots: readonly number[]
  /** Were so already. */
  readonly unchanged: readonly number[]
  readonly problems: readonly Problem[]
}

export async function runHold(
  kind: 'held' | 'released',
  flags: HoldFlags,
  given: readonly string[],
  context: Context,
): Promise<HoldResult> {
  const { ports, signal } = context
  const { reason } = flags
  if (reason === undefined || reason.length > 1000)
    throw new KeepError(
      'usage',
      'usage.flag',
      'the reason is missing, or longer than 1000 characters',
      {
        hint: 'it is kept with the snapshot: --reason "case 4711"',
      },
    )
  const repository = await openRepository(flags, ports)
  const signer = await requireSigner(ports.host(), flags['sign-with'])
  const chain = await judgeRepository(repository, context)
  const chosen = selectSnapshots(chain.snapshots, given)
  const changing = chosen.filter(({ held }) => (held === undefined) === (kind === 'held'))
  const recorder = recorderOf(repository, signer, chain, { clock: ports.clock, signal })
  for (const { sequence, manifest } of changing)
    await recorder.record({ kind, snapshot: { sequence, id: manifest.id }, reason })
  return {
    schema: 'etcdkeep.snapshot-hold/v1',
    kind,
    snapshots: changing.map(({ sequence }) => sequence),
    unchanged: chosen.filter((one) => !changing.includes(one)).map(({ sequence }) => sequence),
    problems: [...chain.problems, ...(await recorder.finish())],
  }
}
