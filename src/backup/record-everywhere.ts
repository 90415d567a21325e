// The last steps in each store: the wrapped key, then the manifest, which makes it a snapshot.
import { KeepError } from '../core/error.ts'
import type { ObjectStore } from '../ports/object-store.ts'
import { recordSnapshot, type SealedManifest, type Wrapped } from '../repository/draft.ts'
import { mirrorRecords } from '../repository/mirror.ts'
import type { Trust } from '../repository/signing-key.ts'
import type { Sent } from './sealed-copy.ts'

export interface Recording {
  readonly dataObject: string
  readonly wrapped: Wrapped
  readonly manifest: SealedManifest
  readonly trust: Trust
  readonly signal: AbortSignal
}

/** Whether the manifest of that name is this one; undefined where the store does not say. */
async function holds(
  store: ObjectStore,
  { object, bytes }: SealedManifest,
): Promise<boolean | undefined> {
  const parts: Uint8Array[] = []
  try {
    for await (const part of store.get(object)) parts.push(part)
    return Buffer.concat(parts).equals(bytes)
  } catch (thrown) {
    return thrown instanceof KeepError && thrown.kind === 'not-found' ? false : undefined
  }
}

/** What no manifest names goes away where this machine may remove; elsewhere prune finds it. Never throws. */
async function tidy(store: ObjectStore, names: readonly string[]): Promise<void> {
  for (const name of names) await store.remove(name).catch(() => undefined)
}

/** Throws where the store does not record it; then nothing is removed that a manifest might name. */
async function record(store: ObjectStore, recording: Recording): Promise<void> {
  const { dataObject, wrapped, manifest, signal } = recording
  const names = [dataObject, wrapped.keys.object]
  try {
    await store.put(wrapped.keys.object, wrapped.bytes, { signal })
  } catch (thrown) {
    await tidy(store, names)
    throw thrown
  }
  try {
    await recordSnapshot(store, manifest, { signal })
  } catch (thrown) {
    // An answer that was lost on its way is no failure.
    const held = await holds(store, manifest)
    if (held) return
    // Only a refusal is final: after a time-out the manifest may still come to stand there.
    const refused = thrown instanceof KeepError && ['conflict', 'denied'].includes(thrown.kind)
    if (held === false && refused) await tidy(store, names)
    throw thrown
  }
}

/** A copy needs the records that the manifest names, or it would seem to have lost them. */
async function bringRecords(
  from: ObjectStore,
  to: ObjectStore,
  { manifest, trust, signal }: Recording,
): Promise<void> {
  const last = manifest.manifest.records
  if (last) await mirrorRecords(last.sequence, { from, to, trust, signal })
}

/** In order; the first store's failure is thrown, another's is told. */
export async function recordEverywhere(
  sent: readonly Sent[],
  recording: Recording,
): Promise<readonly Sent[]> {
  const done: Sent[] = []
  for (const one of sent) {
    try {
      if (!('error' in one)) {
        const [first] = done
        if (first) await bringRecords(first.store, one.store, recording)
        await record(one.store, recording)
      }
      done.push(one)
    } catch (thrown) {
      if (!(thrown instanceof KeepError)) throw thrown
      if (done.length === 0) {
        const names = [recording.dataObject, recording.wrapped.keys.object]
        for (const { store } of sent.slice(1)) await tidy(store, names)
        throw thrown
      }
      done.push({ store: one.store, error: thrown })
    }
  }
  return done
}
