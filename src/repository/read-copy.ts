import { KeepError } from '../core/error.ts'
import type { ObjectStore } from '../ports/object-store.ts'
import type { AnchorRead } from './anchor.ts'
import { nextPlace } from './next-place.ts'
import { notice, problem } from './problem.ts'
import type { Trust } from './signing-key.ts'

/** A copy of the repository in other hands as an anchor: as far as its own chain of manifests reaches. */
export async function readCopy(
  store: ObjectStore,
  trust: Trust,
  now: Date,
  signal?: AbortSignal,
): Promise<AnchorRead> {
  const place = { name: `copy:${store.name}` }
  try {
    const { previous } = await nextPlace({ store, trust, ...(signal && { signal }) })
    if (!previous)
      return {
        place,
        problem: notice('anchor-absent', `the copy ${store.name} has no snapshot yet`),
      }
    const at = now.toISOString()
    return {
      place,
      anchor: { format: 'etcdkeep.anchor/v1', manifests: previous, records: null, at },
    }
  } catch (thrown) {
    if (!(thrown instanceof KeepError) || thrown.kind === 'cancelled') throw thrown
    return {
      place,
      problem: problem('anchor-unreadable', `the copy ${store.name}: ${thrown.message}`, {
        object: place.name,
      }),
    }
  }
}
