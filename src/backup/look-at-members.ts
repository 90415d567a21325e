import { KeepError, messageOf } from '../core/error.ts'
import type { AskingOptions, MemberQuestions } from '../ports/member-questions.ts'
import type { Candidate, LookedAt, SourceCluster } from './model.ts'

const asKept = (thrown: unknown): KeepError =>
  thrown instanceof KeepError
    ? thrown
    : new KeepError('unavailable', 'etcd.failed', messageOf(thrown), { cause: thrown })

/** Asks every endpoint how it is, all at a time. Throws only when it is cancelled. */
export async function lookAtMembers(
  members: MemberQuestions,
  endpoints: readonly string[],
  asked: AskingOptions,
): Promise<readonly LookedAt[]> {
  const seen = await Promise.all(
    endpoints.map(async (endpoint): Promise<LookedAt> => {
      try {
        return { endpoint, status: await members.status(endpoint, asked) }
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
  members: MemberQuestions,
  { endpoint, status }: Candidate,
  asked: AskingOptions,
): Promise<SourceCluster> {
  const all = await members.members(endpoint, asked).catch(() => [])
  return {
    id: hex(status.header.clusterId),
    members: all.map(({ id, name, peerUrls, clientUrls, isLearner }) => ({
      id: hex(id),
      name,
      peerUrls,
      clientUrls,
      learner: isLearner,
    })),
  }
}
