// The steps of `snapshot drill`.
import { resolve } from 'node:path'
import { drillSnapshot } from '../../backup/drill/drill-snapshot.ts'
import type { DrillOptions } from '../../backup/drill/model.ts'
import { KeepError } from '../../core/error.ts'
import type { Opening } from '../../repository/open-snapshot.ts'
import { inOrder } from '../../repository/problem.ts'
import type { Snapshot } from '../../repository/snapshot-state.ts'
import type { Context } from '../command.ts'
import { unwrappersOf } from '../repository/keys.ts'
import { type JudgedChain, judgeRepository, openRepository } from '../repository/open.ts'
import { type Recorder, recorderOf } from '../repository/recorder.ts'
import { selectSnapshots } from '../repository/select.ts'
import { withFile } from '../snapshot-file.ts'
import {
  type DrilledSnapshot,
  type DrillResult,
  evidenceOf,
  windowOf,
  withObjectives,
} from './drill-result.ts'
import type { DrillFlags } from './flags.ts'
import { drillOptions } from './options.ts'
import { fileSource, repositorySource } from './sources.ts'

const usage = (message: string, hint: string) =>
  new KeepError('usage', 'usage.argument', message, { hint })

async function drillFile(
  given: string,
  flags: DrillFlags,
  context: Context,
): Promise<DrilledSnapshot> {
  const path = resolve(given)
  const { ports } = context
  const options = await drillOptions(flags, context)
  const drilled = await withFile(path, ports.host(), (file) =>
    drillSnapshot(ports, fileSource(path, file), options),
  )
  const at = ports.clock.now().toISOString()
  return { file: path, at, ...withObjectives(drilled, undefined, flags), recorded: false }
}

interface Round {
  readonly flags: DrillFlags
  readonly context: Context
  readonly chain: JudgedChain
  readonly opening: Opening
  readonly options: DrillOptions
  readonly recorder: Recorder | undefined
}

async function drillOne(snapshot: Snapshot, round: Round): Promise<DrilledSnapshot> {
  const { flags, context, chain, opening, options, recorder } = round
  const { ports } = context
  const { sequence, manifest } = snapshot
  const source = repositorySource(opening, snapshot)
  const now = ports.clock.now()
  const window = windowOf(snapshot, chain.snapshots, now)
  const drilled = withObjectives(await drillSnapshot(ports, source, options), window, flags)
  const against = chain.problems.some(
    (one) => one.severity === 'problem' && one.sequence === sequence,
  )
  const at = now.toISOString()
  const about = { sequence, id: manifest.id }
  // A pass of a snapshot that something is known against would be believed.
  const recorded = recorder !== undefined && !(against && drilled.passed)
  if (recorded)
    await recorder.record({
      kind: 'drilled',
      snapshot: about,
      passed: drilled.passed,
      evidence: evidenceOf(drilled, snapshot, { at, window }),
    })
  return { ...about, at, ...drilled, window, recorded }
}

/** One that cannot be drilled does not keep the others from it; alone it is the error. */
async function drillEach(
  chosen: readonly Snapshot[],
  round: Round,
): Promise<Pick<DrillResult, 'drills' | 'undone'>> {
  const drills: DrilledSnapshot[] = []
  const undone: { sequence: number; why: string }[] = []
  for (const snapshot of chosen)
    try {
      drills.push(await drillOne(snapshot, round))
    } catch (thrown) {
      round.context.signal.throwIfAborted()
      if (chosen.length === 1 || !(thrown instanceof KeepError)) throw thrown
      undone.push({ sequence: snapshot.sequence, why: thrown.message })
    }
  return { drills, undone }
}

async function drillRepository(
  flags: DrillFlags,
  given: readonly string[],
  context: Context,
): Promise<DrillResult> {
  const { ports, signal, progress } = context
  if (flags.identity.length === 0)
    throw usage('nobody can open the snapshot', 'give the file of an identity: --identity FILE')
  const repository = await openRepository(flags, ports)
  const unwrappers = await unwrappersOf(ports, flags.identity)
  progress.step(`reading ${repository.store.name}`)
  const chain = await judgeRepository(repository, context)
  const { signer } = repository
  const chosen = flags.all
    ? chain.snapshots.filter(({ pruned }) => !pruned).toReversed()
    : selectSnapshots(chain.snapshots, given)
  const within = flags['unless-within']
  const now = ports.clock.now().getTime()
  const isFresh = ({ proven }: Snapshot) => {
    const age = proven === undefined ? Infinity : now - Date.parse(proven)
    return within !== undefined && age >= 0 && age < within
  }
  const left = chosen.filter((one) => !isFresh(one))
  const recorder = signer && recorderOf(repository, signer, chain, { clock: ports.clock, signal })
  const opening = { ...repository, cipher: ports.chunkCipher, unwrappers }
  const options = await drillOptions(flags, context)
  const done = await drillEach(left, { flags, context, chain, opening, options, recorder })
  return {
    schema: 'etcdkeep.snapshot-drill/v1',
    repository: repository.store.name,
    ...done,
    skipped: chosen.filter(isFresh).map(({ sequence }) => sequence),
    problems: inOrder([...chain.problems, ...((await recorder?.finish()) ?? [])]),
  }
}

export async function runDrill(
  flags: DrillFlags,
  given: readonly string[],
  context: Context,
): Promise<DrillResult> {
  const ways = [flags.all, flags.newest, given.length > 0].filter(Boolean)
  if (ways.length > 1) throw usage('more than one of --all, --newest and names', 'give one')
  if (flags.repository !== undefined) return drillRepository(flags, given, context)
  const [path] = given
  if (path === undefined || given.length > 1)
    throw usage('one snapshot is needed', 'give --repository PLACE, or the path of a file')
  return {
    schema: 'etcdkeep.snapshot-drill/v1',
    drills: [await drillFile(path, flags, context)],
    skipped: [],
    undone: [],
    problems: [],
  }
}
