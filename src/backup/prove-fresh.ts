import { KeepError } from '../core/error.ts'
import type { Etcd } from '../ports/etcd.ts'
import type { Candidate } from './model.ts'

/** Whether the member was shown to have all that the cluster had agreed on when the save began. */
export type Freshness =
  | { readonly proven: true; readonly revision: bigint }
  | { readonly proven: false; readonly why: string; readonly revision: bigint }

/**
 * A linearizable read is answered only when this member has applied what the leader had committed. Without a quorum
 * there is none; then the member's own word is all there is. Throws what is neither.
 */
export async function proveFresh(
  etcd: Etcd,
  { endpoint, status }: Candidate,
  options: { readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<Freshness> {
  const query = { key: Uint8Array.of(0), limit: 1, countOnly: true }
  try {
    const { header } = await etcd.kv.range(query, { ...options, at: endpoint })
    return { proven: true, revision: header.revision }
  } catch (thrown) {
    options.signal.throwIfAborted()
    if (!(thrown instanceof KeepError) || thrown.kind !== 'unavailable') throw thrown
    return { proven: false, why: thrown.message, revision: status.header.revision }
  }
}
