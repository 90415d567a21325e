import { KeepError } from '../core/error.ts'
import { PRODUCT } from '../core/product.ts'
import type { ObjectStore } from '../ports/object-store.ts'
import type { Anchor } from './anchor.ts'
import { linkName } from './names.ts'
import { nextPlace } from './next-place.ts'
import type { Tip } from './model.ts'
import type { RecordEvent, RepositoryRecord } from './record.ts'
import { sealObject, sha256 } from './signed.ts'
import { requireTrusted, type Signer, type Trust } from './signing-key.ts'

/** Losing a race for a name costs one small read; more than this many in a row is no race. */
const ATTEMPTS = 20

export interface RecordOptions {
  readonly signer: Signer
  readonly trust: Trust
  readonly now: Date
  readonly anchor?: Anchor
  readonly signal?: AbortSignal
}

/** Writes what happened to a snapshot behind the last record; the tip that is the new one. */
export async function appendRecord(
  store: ObjectStore,
  event: RecordEvent,
  options: RecordOptions,
): Promise<Tip> {
  const { signer, trust, now, anchor, signal } = options
  requireTrusted(signer, trust, 'records')
  for (let left = ATTEMPTS; ; left -= 1) {
    const { previous, records } = await nextPlace(
      { store, trust, ...(signal && { signal }) },
      anchor,
    )
    const record: RepositoryRecord = {
      format: 'etcdkeep.record/v1',
      sequence: (records?.sequence ?? 0) + 1,
      previous: records?.sha256 ?? null,
      manifests: previous,
      at: now.toISOString(),
      tool: `${PRODUCT.name} ${PRODUCT.version}`,
      event,
    }
    const bytes = sealObject('record', record, signer)
    try {
      await store.put(linkName('records', record.sequence), bytes, signal ? { signal } : {})
      return { sequence: record.sequence, sha256: sha256(bytes) }
    } catch (thrown) {
      if (!(thrown instanceof KeepError) || thrown.kind !== 'conflict' || left === 0) throw thrown
    }
  }
}
