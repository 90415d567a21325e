import { KeepError } from '../../core/error.ts'
import { inOrder, type Problem } from '../../repository/problem.ts'
import { type Rekeyed, rekeySnapshot } from '../../repository/rekey.ts'
import type { Context } from '../command.ts'
import type { RepositoryFlags, SigningFlag } from './flags.ts'
import { requireSigner, unwrappersOf, wrappersOf } from './keys.ts'
import { judgeRepository, openRepository } from './open.ts'
import { recorderOf } from './recorder.ts'
import { selectSnapshots } from './select.ts'

export interface RekeyFlags extends RepositoryFlags, SigningFlag {
  readonly identity: readonly string[]
  readonly recipient: readonly string[]
  readonly all: boolean
  readonly 'remove-old': boolean
}

export interface RekeyResult {
  readonly schema: 'etcdkeep.snapshot-rekey/v1'
  readonly repository: string
  readonly recipients: readonly { readonly service: string; readonly key: string }[]
  readonly snapshots: readonly Rekeyed[]
  readonly problems: readonly Problem[]
}

const lacking = (message: string, hint: string) =>
  new KeepError('usage', 'usage.flag', message, { hint })

export async function runRekey(
  flags: RekeyFlags,
  given: readonly string[],
  context: Context,
): Promise<RekeyResult> {
  const { ports, signal, progress } = context
  if (flags.identity.length === 0)
    throw lacking('nothing opens the old wrapping', 'give --identity FILE')
  if (flags.recipient.length === 0)
    throw lacking(
      'nobody could read it afterwards',
      'give every reader that is to be: --recipient age1…',
    )
  const repository = await openRepository(flags, ports)
  const signer = await requireSigner(ports.host(), flags['sign-with'])
  const [unwrappers, wrappers] = [
    await unwrappersOf(ports, flags.identity),
    await wrappersOf(ports, flags.recipient),
  ]
  progress.step(`reading ${repository.store.name}`)
  const chain = await judgeRepository(repository, context)
  const chosen = flags.all
    ? chain.snapshots.filter(({ pruned }) => !pruned)
    : selectSnapshots(chain.snapshots, given)
  const recorder = recorderOf(repository, signer, chain, { clock: ports.clock, signal })
  const record = recorder.record.bind(recorder)
  const { store, trust } = repository
  const options = {
    store,
    trust,
    signer,
    unwrappers,
    wrappers,
    removeOld: flags['remove-old'],
    record,
    signal,
  }
  const snapshots: Rekeyed[] = []
  for (const snapshot of chosen) {
    progress.step(`rekeying snapshot ${snapshot.sequence}`)
    snapshots.push(await rekeySnapshot(snapshot, options))
  }
  const behind = await recorder.finish()
  return {
    schema: 'etcdkeep.snapshot-rekey/v1',
    repository: store.name,
    recipients: wrappers.map(({ service, key }) => ({ service, key })),
    snapshots,
    problems: inOrder([
      ...snapshots.flatMap(({ problems }) => problems),
      ...chain.problems,
      ...behind,
    ]),
  }
}
