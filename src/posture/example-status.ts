import type { MemberStatus } from './facts/rpc.ts'

/** The status of a healthy member that runs `version`. */
export const status = (version: string, parts: Partial<MemberStatus> = {}): MemberStatus => ({
  memberId: '8e9e05c52164694d',
  clusterId: 'cdf818194e3a8c32',
  version,
  isLeader: true,
  isLearner: false,
  dbSize: 20_480,
  revision: '1',
  errors: [],
  clientUrls: ['https://10.0.0.1:2379'],
  peerUrls: ['https://10.0.0.1:2380'],
  ...parts,
})
