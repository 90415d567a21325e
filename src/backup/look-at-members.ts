import { KeepError, messageOf } from '../core/error.ts'
import type { Etcd } from '../ports/etcd.ts'
import type { Candidate, LookedAt, SourceCluster } from './model.ts'

const asKept = (thrown: unknown): KeepError =>
  thrown instanceof KeepError
    ? thrown
    : new KeepError('unavailable', 'etcd.failed', messageOf(thrown), { cause: thrown })

interface Asked {
  readonly timeoutMs: number
  readonly signal: AbortSignal
}

/** Asks every endpoint how it is, all at a time. Throws only when it is cancelled. */
export async function lookAtMembers(
  etcd: Etcd,
  endpoints: readonly string[],
  asked: Asked,
): Promise<readonly LookedAt[]> {
  const seen = await Promise.all(
    endpoints.map(async (endpoint): Promise<LookedAt> => {
      try {
        return { endpoint, status: await etcd.maintenance.status(endpoint, asked) }
      } catch (thrown) {
        return { endpoint, trouble: asKept(thrown) }
      }
    }),
  )
  asked.signal.throwIfAborted()
  return seen
}

const hex = (id: bigint): string => id.toString(16)

/** The members as this one knows them; none where it does not say (a cluster without quorum may not). */
export async function clusterOf(
  etcd: Etcd,
  { endpoint, status }: Candidate,
  asked: Asked,
): Promise<SourceCluster> {
  const members = await etcd.cluster.memberList({ ...asked, at: endpoint }).catch(() => [])
  return {
    id: hex(status.header.clusterId),
    members: members.map(({ id, name, peerUrls, clientUrls, isLearner }) => ({
      id: hex(id),
      name,
      peerUrls,
      clientUrls,
      learner: isLearner,
    })),
  }
}
