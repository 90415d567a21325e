// The snapshot that the user means: a file, or one of a repository whose chain and anchors were judged first.
import { resolve } from 'node:path'
import type { SourceName } from '../../backup/restore/model.ts'
import { fileSource, repositorySource, type RestoreSource } from '../../backup/restore/source.ts'
import { KeepError } from '../../core/error.ts'
import type { Problem } from '../../repository/problem.ts'
import type { Context } from '../command.ts'
import { unwrappersOf } from '../repository/keys.ts'
import { judgeRepository, openRepository } from '../repository/open.ts'
import { selectSnapshots } from '../repository/select.ts'
import type { RestoreFlags } from './flags.ts'

export interface GivenSource {
  readonly source: RestoreSource
  /** Of the repository; of severity `problem` only where they were accepted. */
  readonly problems: readonly Problem[]
}

/** A damaged or rolled-back repository decides nothing: somebody has to say which snapshot is meant. */
function refuse(problems: readonly Problem[], flags: RestoreFlags, given: string | undefined) {
  const bad = problems.filter(({ severity }) => severity === 'problem')
  const named = given !== undefined && given !== 'latest'
  if (bad.length === 0 || (named && flags['accept-problems'])) return
  const [first] = bad
  throw new KeepError(
    'corrupt',
    'restore.repository',
    `the repository has ${bad.length} problem${bad.length === 1 ? '' : 's'}: ${first?.message ?? ''}`,
    {
      hint: 'look with: etcdkeep snapshot list; to restore all the same, give the number of a snapshot and --accept-problems',
      details: { problems: bad },
    },
  )
}

async function fromRepository(
  flags: RestoreFlags,
  given: string | undefined,
  context: Context,
): Promise<GivenSource> {
  const { ports, progress } = context
  if (flags.identity.length === 0)
    throw new KeepError('usage', 'usage.flag', 'nothing opens the snapshot', {
      hint: 'give --identity FILE, as snapshot keygen made it',
    })
  const repository = await openRepository(flags, ports)
  progress.step(`reading ${repository.store.name}`)
  const { snapshots, problems } = await judgeRepository(repository, context)
  refuse(problems, flags, given)
  const [snapshot] = selectSnapshots(snapshots, given === undefined ? [] : [given])
  if (!snapshot) throw new KeepError('not-found', 'snapshot.not-found', 'there is no snapshot', {})
  const unwrappers = await unwrappersOf(ports, flags.identity)
  const opening = { ...repository, cipher: ports.chunkCipher, unwrappers }
  return { source: repositorySource(opening, snapshot), problems }
}

/** Throws `usage` where neither was named, `corrupt` (`restore.repository`) where the chain or an anchor tells of harm. */
export async function sourceOf(
  flags: RestoreFlags,
  given: string | undefined,
  context: Context,
): Promise<GivenSource> {
  if (flags.repository !== undefined) return fromRepository(flags, given, context)
  if (given === undefined)
    throw new KeepError('usage', 'usage.argument', 'no snapshot was named', {
      hint: 'give the file of a snapshot, or --repository PLACE with --trust and --identity',
    })
  return { source: await fileSource(context.ports.host(), resolve(given)), problems: [] }
}

/** Throws `conflict` where a run that was interrupted restores something else. */
export function requireSame(begun: SourceName, now: SourceName): void {
  const key = (name: SourceName) =>
    name.kind === 'file' ? name.path : `${name.sequence} ${name.id}`
  if (key(begun) === key(now)) return
  throw new KeepError(
    'conflict',
    'restore.unfinished',
    `a restore of ${begun.kind === 'file' ? begun.path : `snapshot ${begun.sequence}`} is not finished`,
    { hint: 'give that one to go on, or take it back with --rollback' },
  )
}
