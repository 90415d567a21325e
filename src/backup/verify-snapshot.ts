// One snapshot of a repository, read to the last byte.
import { KeepError } from '../core/error.ts'
import type { Secret } from '../core/secret.ts'
import { type Problem, problem } from '../repository/problem.ts'
import type { Opening } from '../repository/open-snapshot.ts'
import { type ReadOptions, readPlain, readStored } from '../repository/read-data.ts'
import { type DataKey, readKeys, unwrapDataKey } from '../repository/read-keys.ts'
import type { Snapshot } from '../repository/snapshot-state.ts'
import { Survey } from '../snapshot/survey.ts'
import type { SurveyResult } from '../snapshot/survey/result.ts'

export interface VerifiedSnapshot {
  readonly sequence: number
  readonly id: string
  /** `stored`: only that the sealed bytes are those that were signed. */
  readonly depth: 'stored' | 'opened'
  /** Of this snapshot's keys and data; none of severity `problem` where it is good. */
  readonly problems: readonly Problem[]
  readonly bytes: number
}

/** What the file says, held against what the manifest says. */
export function compareContents(
  { sequence, manifest }: Snapshot,
  found: SurveyResult,
): readonly Problem[] {
  const pairs: readonly (readonly [string, unknown, unknown])[] = [
    ['revision', manifest.revision, found.revision.toString()],
    ['revisions', manifest.contents.revisions, found.contents.revisions],
    ['leases', manifest.contents.leases, found.contents.leases],
    ['authentication', manifest.contents.authEnabled, found.contents.authEnabled],
  ]
  return pairs
    .filter(([, said, seen]) => said !== seen)
    .map(([what, said, seen]) => {
      const message = `snapshot ${sequence}: its manifest says ${what} ${String(said)}, the database ${String(seen)}`
      return problem('content-wrong', message, { sequence })
    })
}

const asProblem = ({ sequence, manifest }: Snapshot, thrown: unknown): Problem => {
  if (!(thrown instanceof KeepError) || !['corrupt', 'not-found'].includes(thrown.kind))
    throw thrown
  const about = { sequence, object: manifest.data.object }
  if (thrown.kind === 'not-found') return problem('data-missing', thrown.message, about)
  const code = /^(repository|store)\./.test(thrown.code) ? 'data-changed' : 'content-wrong'
  return problem(code, `snapshot ${sequence}: ${thrown.message}`, about)
}

async function readAll(
  opening: Opening,
  snapshot: Snapshot,
  dataKey: Secret<Uint8Array> | undefined,
  options: ReadOptions,
): Promise<readonly Problem[]> {
  const { manifest } = snapshot
  try {
    if (!dataKey) {
      for await (const _ of readStored(opening.store, manifest, options));
      return []
    }
    // HashKV is evidence against accidents alone; here every byte has a SHA-256.
    const survey = new Survey({ length: manifest.plain.length, hash: false })
    for await (const bytes of readPlain(opening, manifest, dataKey, options)) survey.write(bytes)
    return compareContents(snapshot, survey.finish())
  } catch (thrown) {
    return [asProblem(snapshot, thrown)]
  }
}

/** Throws only where the store or a key service fails. */
export async function verifySnapshot(
  opening: Opening,
  snapshot: Snapshot,
  options: ReadOptions = {},
): Promise<VerifiedSnapshot> {
  const { store, trust, unwrappers } = opening
  const { sequence, manifest } = snapshot
  const { signal } = options
  const keys = await readKeys(snapshot, { store, trust, ...(signal && { signal }) })
  const unwrapped: DataKey =
    unwrappers.length === 0
      ? { problems: [] }
      : await unwrapDataKey(snapshot, keys.generations, unwrappers, signal)
  const { dataKey } = unwrapped
  const read = await readAll(opening, snapshot, dataKey, options)
  return {
    sequence,
    id: manifest.id,
    depth: dataKey ? 'opened' : 'stored',
    problems: [...keys.problems, ...unwrapped.problems, ...read],
    bytes: manifest.data.length,
  }
}
