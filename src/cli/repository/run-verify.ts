// The steps of `snapshot verify`: the chain, then every byte of what was asked for.
import { type VerifiedSnapshot, verifySnapshot } from '../../backup/verify-snapshot.ts'
import { concurrently } from '../../core/concurrently.ts'
import { inOrder, type Problem } from '../../repository/problem.ts'
import type { Snapshot } from '../../repository/snapshot-state.ts'
import { showSize } from '../../report/units-text.ts'
import type { Context } from '../command.ts'
import type { RepositoryFlags, SigningFlag } from './flags.ts'
import { unwrappersOf } from './keys.ts'
import { type JudgedChain, judgeRepository, openRepository, type Repository } from './open.ts'
import { type Recorder, recorderOf } from './recorder.ts'
import { selectSnapshots } from './select.ts'

export interface VerifyFlags extends RepositoryFlags, SigningFlag {
  readonly identity: readonly string[]
  readonly all: boolean
  readonly parallel: number
  /** Milliseconds. */
  readonly 'unless-within': number | undefined
}

export interface VerifyResult {
  readonly schema: 'etcdkeep.snapshot-verify/v1'
  readonly repository: string
  readonly snapshots: readonly (VerifiedSnapshot & { readonly recorded: boolean })[]
  /** Verified not long ago, as a record says. */
  readonly skipped: readonly number[]
  /** Of the repository as a whole, and of every snapshot that was read. */
  readonly problems: readonly Problem[]
}

const isBad = ({ severity }: Problem): boolean => severity === 'problem'

/** A record of the depth that is asked for, not older than `within`. */
function isFresh(
  snapshot: Snapshot,
  opens: boolean,
  now: Date,
  within: number | undefined,
): boolean {
  const at = opens ? snapshot.opened : snapshot.stored
  if (within === undefined || at === undefined) return false
  const age = now.getTime() - Date.parse(at)
  return age >= 0 && age < within
}

/** Tells how far all of them are together. */
function meter(snapshots: readonly Snapshot[], { progress }: Context): (bytes: number) => void {
  const total = snapshots.reduce((sum, { manifest }) => sum + manifest.data.length, 0)
  let done = 0
  return (bytes) => {
    done += bytes
    progress.step(`verifying: ${showSize(done)} of ${showSize(total)}`)
  }
}

async function verifyAll(
  chosen: readonly Snapshot[],
  work: {
    readonly flags: VerifyFlags
    readonly context: Context
    readonly repository: Repository
    readonly chain: JudgedChain
    readonly recorder: Recorder | undefined
  },
): Promise<VerifyResult['snapshots']> {
  const { flags, context, repository, chain, recorder } = work
  const { ports, signal } = context
  const unwrappers = await unwrappersOf(ports, flags.identity)
  const opening = { ...repository, cipher: ports.chunkCipher, unwrappers }
  const passed = meter(chosen, context)
  return concurrently(chosen, Math.max(1, flags.parallel), async (snapshot) => {
    const { sequence } = snapshot
    const verified = await verifySnapshot(opening, snapshot, { signal, passed })
    const against = chain.problems.some((one) => isBad(one) && one.sequence === sequence)
    const recorded = recorder !== undefined && !against && !verified.problems.some(isBad)
    const about = { sequence, id: verified.id }
    if (recorded)
      await recorder.record({ kind: 'verified', snapshot: about, depth: verified.depth })
    return { ...verified, recorded }
  })
}

export async function runVerify(
  flags: VerifyFlags,
  given: readonly string[],
  context: Context,
): Promise<VerifyResult> {
  const { ports, signal, progress } = context
  const repository = await openRepository(flags, ports)
  progress.step(`reading ${repository.store.name}`)
  const chain = await judgeRepository(repository, context)
  const { signer } = repository
  const chosen = flags.all
    ? chain.snapshots.filter(({ pruned }) => !pruned)
    : selectSnapshots(chain.snapshots, given)
  const now = ports.clock.now()
  const within = flags['unless-within']
  const fresh = chosen.filter((one) => isFresh(one, flags.identity.length > 0, now, within))
  const left = chosen.filter((one) => !fresh.includes(one))
  const recorder = signer && recorderOf(repository, signer, chain, { clock: ports.clock, signal })
  const snapshots = await verifyAll(left, { flags, context, repository, chain, recorder })
  const behind = (await recorder?.finish()) ?? []
  return {
    schema: 'etcdkeep.snapshot-verify/v1',
    repository: repository.store.name,
    snapshots,
    skipped: fresh.map(({ sequence }) => sequence),
    problems: inOrder([
      ...snapshots.flatMap(({ problems }) => problems),
      ...chain.problems,
      ...behind,
    ]),
  }
}
