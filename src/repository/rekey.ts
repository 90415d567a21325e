// A new wrapping of a snapshot's data key: no byte of data moves.
import { KeepError } from '../core/error.ts'
import type { Secret } from '../core/secret.ts'
import type { KeyUnwrapper, KeyWrapper } from '../ports/key-service.ts'
import type { ObjectStore } from '../ports/object-store.ts'
import { type KeysObject, sealKeys } from './keys-object.ts'
import { keysName } from './names.ts'
import type { Problem } from './problem.ts'
import { readKeys, unwrapDataKey } from './read-keys.ts'
import type { RecordEvent } from './record.ts'
import type { Signer, Trust } from './signing-key.ts'
import type { Snapshot } from './snapshot-state.ts'

export interface RekeyOptions {
  readonly store: ObjectStore
  readonly trust: Trust
  readonly signer: Signer
  readonly unwrappers: readonly KeyUnwrapper[]
  readonly wrappers: readonly KeyWrapper[]
  /** Whether older generations are removed once the new one is recorded. */
  readonly removeOld: boolean
  readonly record: (event: RecordEvent) => Promise<void>
  readonly signal: AbortSignal
}

export interface Rekeyed {
  readonly sequence: number
  /** `wrapped` anew, `same`: for exactly these readers already, `failed`: see the problems. */
  readonly outcome: 'wrapped' | 'same' | 'failed'
  readonly generation?: number
  /** Older generations that are still in the store: what they are wrapped for can still read. */
  readonly older: readonly number[]
  readonly problems: readonly Problem[]
}

const readers = (wraps: readonly { readonly service: string; readonly key: string }[]): string =>
  wraps
    .map(({ service, key }) => `${service} ${key}`)
    .toSorted()
    .join('\n')

async function wrapAnew(
  snapshot: Snapshot,
  dataKey: Secret<Uint8Array>,
  newest: KeysObject,
  { store, signer, wrappers, signal }: RekeyOptions,
): Promise<KeysObject> {
  const wraps = await Promise.all(wrappers.map((one) => one.wrap(dataKey, signal)))
  const { sequence, manifest } = snapshot
  const sealed = sealKeys({ sequence, id: manifest.id }, wraps, signer, newest)
  await store.put(sealed.name, sealed.bytes, { signal })
  return sealed
}

/** What may be removed; a store that locks objects may refuse, and then they stay. */
async function removeOlder(
  snapshot: Snapshot,
  newest: number,
  { store, removeOld, signal }: RekeyOptions,
): Promise<readonly number[]> {
  const older = snapshot.generations.filter((one) => one < newest)
  if (!removeOld) return older
  const left: number[] = []
  for (const generation of older)
    try {
      await store.remove(keysName(snapshot.sequence, snapshot.manifest.id, generation), signal)
    } catch (thrown) {
      if (!(thrown instanceof KeepError) || thrown.kind !== 'denied') throw thrown
      left.push(generation)
    }
  return left
}

/**
 * Stopped at any moment and run again, it goes on: the newest generation counts as soon as it is there, the older ones
 * go last. Throws only where the store or a key service fails.
 */
export async function rekeySnapshot(snapshot: Snapshot, options: RekeyOptions): Promise<Rekeyed> {
  const { store, trust, unwrappers, wrappers, signal } = options
  const { sequence, manifest, rekeyed } = snapshot
  const { generations, problems } = await readKeys(snapshot, { store, trust, signal })
  const [newest] = generations
  const opened = await unwrapDataKey(snapshot, generations, unwrappers, signal)
  const found = [...problems, ...opened.problems]
  // What cannot be read keeps its name, and a new generation must come behind the newest name.
  const top = snapshot.generations.at(-1)
  if (!newest || !opened.dataKey || newest.generation !== top)
    return {
      sequence,
      outcome: 'failed',
      older: snapshot.generations.slice(0, -1),
      problems: found,
    }
  const same = readers(newest.wraps) === readers(wrappers)
  const keys = same ? newest : await wrapAnew(snapshot, opened.dataKey, newest, options)
  if (keys.generation > 0 && rekeyed?.sha256 !== keys.sha256)
    await options.record({
      kind: 'rekeyed',
      snapshot: { sequence, id: manifest.id },
      generation: keys.generation,
      sha256: keys.sha256,
      recipients: keys.wraps.map(({ service, key }) => ({ service, key })),
    })
  const older = await removeOlder(snapshot, keys.generation, options)
  const outcome = same ? 'same' : 'wrapped'
  return { sequence, outcome, generation: keys.generation, older, problems: found }
}
