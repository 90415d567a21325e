import { KeepError } from '../../core/error.ts'
import type { ClusterMember, EtcdCluster } from '../../ports/etcd.ts'
import type { Caller } from './caller.ts'
import { Cluster, type Member } from './gen/rpc_pb.ts'

const clusterMember = ({ id, name, peerUrls, clientUrls, isLearner }: Member): ClusterMember => ({
  id,
  name,
  peerUrls,
  clientUrls,
  isLearner,
})

export const clusterCalls = (caller: Caller): EtcdCluster => ({
  async memberList(options) {
    const answer = await caller.call(
      Cluster,
      'MemberList',
      'read',
      (cluster, sending) => cluster.memberList({}, sending),
      options,
    )
    return answer.members.map(clusterMember)
  },
  async memberAdd(peerUrls, isLearner = false, options) {
    const { member } = await caller.call(
      Cluster,
      'MemberAdd',
      'write',
      (cluster, sending) => cluster.memberAdd({ peerUrls: [...peerUrls], isLearner }, sending),
      options,
    )
    if (member) return clusterMember(member)
    throw new KeepError('corrupt', 'etcd.bad-answer', 'MemberAdd was answered without a member', {
      hint: 'List the members to see whether it was added.',
    })
  },
  async memberRemove(id, options) {
    await caller.call(
      Cluster,
      'MemberRemove',
      'write',
      (cluster, sending) => cluster.memberRemove({ id }, sending),
      options,
    )
  },
  async memberUpdate(id, peerUrls, options) {
    await caller.call(
      Cluster,
      'MemberUpdate',
      'write',
      (cluster, sending) => cluster.memberUpdate({ id, peerUrls: [...peerUrls] }, sending),
      options,
    )
  },
  async memberPromote(id, options) {
    await caller.call(
      Cluster,
      'MemberPromote',
      'write',
      (cluster, sending) => cluster.memberPromote({ id }, sending),
      options,
    )
  },
})
