// Whether the members hold the same keys: HashKV of each at one revision that all have reached.
import { KeepError } from '../core/error.ts'
import type { HashResult } from '../ports/etcd.ts'
import type { Reach, Reached } from './reach.ts'

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
): Promise<readonly string[]> {
  const revisions = members.map(({ status }) => status.header.revision)
  const revision = revisions.reduce((least, one) => (one < least ? one : least), revisions[0] ?? 0n)
  const hashes = await Promise.all(members.map((one) => hashOf(reach, one, revision, signal)))
  return members.flatMap(({ member }, index) => {
    const own = hashes[index]
    const other = hashes.findIndex(
      (one) => own && one?.compactRevision === own.compactRevision && one.hash !== own.hash,
    )
    return other < 0 || other > index
      ? []
      : [
          `${member.name} and ${members[other]?.member.name ?? ''} hold different data at revision ${revision}`,
        ]
  })
}
