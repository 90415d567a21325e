// Which members of a host belong together: a Patroni's etcd beside a Kubernetes' one is no member of it.
import { valueOf } from '../../core/fact.ts'
import type { Member } from '../observation.ts'

/** The peer URLs that a member was first started with; empty where nothing was given. */
function firstPeers(member: Member): readonly string[] {
  const launch = valueOf(member.running) ?? valueOf(member.declared)
  const given = launch?.settings['initial-cluster']
  if (!given || given.origin.kind === 'default') return []
  return given.value.split(',').map((one) => one.replace(/^[^=]*=/, '').trim())
}

/** Only on evidence: other cluster ids, or lists of first members that have nobody in common. */
function apart(one: Member, other: Member): boolean {
  const [left, right] = [valueOf(one.status), valueOf(other.status)]
  if (left && right) return left.clusterId !== right.clusterId
  const [ours, theirs] = [firstPeers(one), firstPeers(other)]
  return ours.length > 0 && theirs.length > 0 && !ours.some((url) => theirs.includes(url))
}

/** The members by cluster, in their order; all in one where nothing tells them apart. */
export function clustersOf(members: readonly Member[]): readonly (readonly Member[])[] {
  let groups: Member[][] = []
  for (const member of members) {
    const near = groups.filter((group) => group.some((one) => !apart(one, member)))
    groups = [...groups.filter((group) => !near.includes(group)), [...near.flat(), member]]
  }
  return groups
}
