// Whether the members hold the same keys: HashKV of each at one revision that all have reached.
import { KeepError } from '../core/error.ts'
import type { HashResult } from '../ports/etcd.ts'
import type { Reach, Reached } from './reach.ts'
import type { Trouble } from './trouble.ts'

const TIMEOUT_MS = 30_000

/** `undefined` where etcd's user roles keep the hash from this client: then nothing can be said. */
async function hashOf(
  reach: Reach,
  { endpoint }: Reached,
  revision: bigint,
  signal: AbortSignal,
): Promise<HashResult | undefined> {
  try {
    return await reach.with(endpoint, (etcd) =>
      etcd.maintenance.hashKv(endpoint, revision, { signal, timeoutMs: TIMEOUT_MS }),
    )
  } catch (thrown) {
    if (thrown instanceof KeepError && thrown.kind === 'denied') return undefined
    throw thrown
  }
}

/** Empty where no two members differ; hashes since different compactions are not comparable. */
export async function dataTroubles(
  reach: Reach,
  members: readonly Reached[],
  signal: AbortSignal,
): Promise<readonly Trouble[]> {
  const revisions = members.map(({ status }) => status.header.revision)
  const revision = revisions.reduce((least, one) => (one < least ? one : least), revisions[0] ?? 0n)
  const hashes = await Promise.all(members.map((one) => hashOf(reach, one, revision, signal)))
  return members.flatMap(({ member }, index) => {
    const hash = hashes[index]
    const other = hashes.findIndex(
      (one) => hash && one?.compactRevision === hash.compactRevision && one.hash !== hash.hash,
    )
    if (other < 0 || other > index) return []
    const [own, theirs] = [member.name, members[other]?.member.name ?? '']
    const text = `${own} and ${theirs} hold different data at revision ${revision}`
    return [{ kind: 'data' as const, text }]
  })
}
