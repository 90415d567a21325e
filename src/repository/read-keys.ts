// From a snapshot's key objects to its data key.
import { KeepError } from '../core/error.ts'
import type { Secret } from '../core/secret.ts'
import type { KeyUnwrapper } from '../ports/key-service.ts'
import type { ObjectStore } from '../ports/object-store.ts'
import {
  isCommitted,
  KEYS_LIMIT,
  type KeysExpected,
  type KeysObject,
  openKeys,
} from './keys-object.ts'
import { keysName } from './names.ts'
import { notice, type Problem, problem } from './problem.ts'
import { readWhole } from './read-object.ts'
import type { Trust } from './signing-key.ts'
import type { Snapshot } from './snapshot-state.ts'

export interface KeysRead {
  /** Good generations, the newest first. */
  readonly generations: readonly KeysObject[]
  readonly problems: readonly Problem[]
}

interface From {
  readonly store: ObjectStore
  readonly trust: Trust
  readonly signal?: AbortSignal
}

async function readOne(expected: KeysExpected, from: From): Promise<KeysObject | Problem> {
  const { sequence, id } = expected.manifest
  const name = keysName(sequence, id, expected.generation)
  try {
    return openKeys(
      await readWhole(from.store, name, KEYS_LIMIT, from.signal),
      expected,
      from.trust,
    )
  } catch (thrown) {
    if (!(thrown instanceof KeepError) || !['corrupt', 'not-found'].includes(thrown.kind))
      throw thrown
    const code = thrown.kind === 'not-found' ? 'keys-missing' : 'malformed'
    return problem(code, thrown.message, { sequence, object: name })
  }
}

/** Every generation that the store has, each checked. Throws only where the store itself fails. */
export async function readKeys(snapshot: Snapshot, from: From): Promise<KeysRead> {
  const { manifest, rekeyed } = snapshot
  const good: KeysObject[] = []
  const problems: Problem[] = []
  for (const generation of snapshot.generations) {
    const before = good.find((one) => one.generation === generation - 1)
    const recorded = rekeyed?.generation === generation ? { sha256: rekeyed.sha256 } : {}
    const previous = before ? { previous: before.sha256 } : {}
    const read = await readOne({ manifest, generation, ...recorded, ...previous }, from)
    if ('code' in read) problems.push(read)
    else good.push(read)
  }
  return { generations: good.toReversed(), problems }
}

export interface DataKey {
  readonly dataKey?: Secret<Uint8Array>
  readonly problems: readonly Problem[]
}

/** Tries every wrap with everything that opens; what it yields must be the key that the manifest commits to. */
export async function unwrapDataKey(
  snapshot: Snapshot,
  generations: readonly KeysObject[],
  unwrappers: readonly KeyUnwrapper[],
  signal?: AbortSignal,
): Promise<DataKey> {
  const { sequence, manifest } = snapshot
  const problems: Problem[] = []
  for (const { name, wraps } of generations)
    for (const wrap of wraps)
      for (const unwrapper of unwrappers) {
        try {
          const dataKey = await unwrapper.unwrap(wrap, signal)
          if (!dataKey) continue
          if (isCommitted(dataKey, manifest.sealing.commitment)) return { dataKey, problems }
          const message = `${name}: what is wrapped for ${wrap.key} is another snapshot’s key`
          problems.push(problem('key-wrong', message, { sequence, object: name }))
        } catch (thrown) {
          if (!(thrown instanceof KeepError) || thrown.kind !== 'corrupt') throw thrown
          problems.push(
            problem('key-wrong', `${name}: ${thrown.message}`, { sequence, object: name }),
          )
        }
      }
  if (problems.length > 0) return { problems }
  const readers = generations[0]?.wraps.map(({ key }) => key).join(', ') ?? 'nobody'
  return {
    problems: [
      notice('not-readable', `snapshot ${sequence} cannot be opened with the identities given`, {
        sequence,
        hint: `it is wrapped for ${readers}`,
      }),
    ],
  }
}
