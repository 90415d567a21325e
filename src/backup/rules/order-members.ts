// Which member a snapshot is taken from: a healthy follower, so that the leader is left to its work.
import { KeepError } from '../../core/error.ts'
import type { Candidate, LookedAt, PassedOver } from '../model.ts'

/** Entries a follower may lie behind the leader; both were asked at about the same time, under load. */
const BEHIND = 5000n

export interface OrderedMembers {
  /** Best first. */
  readonly candidates: readonly Candidate[]
  readonly passedOver: readonly PassedOver[]
}

type Answered = Extract<LookedAt, { status: unknown }>

function oneCluster(answered: readonly Answered[]): void {
  const ids = new Set(answered.map(({ status }) => status.header.clusterId))
  if (ids.size <= 1) return
  const which = answered.map(
    ({ endpoint, status }) => `${endpoint} of ${status.header.clusterId.toString(16)}`,
  )
  throw new KeepError(
    'usage',
    'snapshot.two-clusters',
    `the endpoints belong to different clusters: ${which.join(', ')}`,
    { hint: 'name members of one cluster' },
  )
}

/** Lower is better. */
function rank({ status, leader }: Candidate, applied: bigint): number {
  const behind = applied - status.raftAppliedIndex > BEHIND
  return (status.errors.length > 0 ? 4 : 0) + (behind ? 2 : 0) + (leader ? 1 : 0)
}

/** Pure. Throws `usage` where the endpoints are of several clusters. */
export function orderMembers(seen: readonly LookedAt[]): OrderedMembers {
  const passedOver: PassedOver[] = []
  const candidates: Candidate[] = []
  const answered = seen.filter((one): one is Answered => 'status' in one)
  oneCluster(answered)
  for (const one of seen) {
    const { endpoint } = one
    if ('trouble' in one) passedOver.push({ endpoint, why: one.trouble.message })
    else if (one.status.isLearner) passedOver.push({ endpoint, why: 'it is a learner' })
    else {
      const { memberId } = one.status.header
      if (candidates.some(({ status }) => status.header.memberId === memberId)) continue
      candidates.push({ endpoint, status: one.status, leader: one.status.leader === memberId })
    }
  }
  const applied = candidates.reduce(
    (most, { status }) => (status.raftAppliedIndex > most ? status.raftAppliedIndex : most),
    0n,
  )
  return {
    candidates: candidates.toSorted((a, b) => rank(a, applied) - rank(b, applied)),
    passedOver,
  }
}
