import type { ClusterMember, EtcdTarget, HashResult, StatusResult } from './etcd.ts'

export interface AskingOptions {
  readonly signal: AbortSignal
  /** Of the whole question, connecting included. */
  readonly timeoutMs: number
}

/**
 * The few questions to one member that a snapshot needs: each goes to the endpoint that is named, and to no other.
 * Throws KeepError as `Etcd` does.
 */
export interface MemberQuestions {
  status(endpoint: string, options: AskingOptions): Promise<StatusResult>
  /** Of all that the member holds at the revision. */
  hashKv(endpoint: string, revision: bigint, options: AskingOptions): Promise<HashResult>
  /** As this member knows them, with or without a quorum. */
  members(endpoint: string, options: AskingOptions): Promise<readonly ClusterMember[]>
  /** The store's revision by a linearizable read: the member has applied all that the cluster had agreed on. */
  agreedRevision(endpoint: string, options: AskingOptions): Promise<bigint>
  close(): void
}

/** Opens no connection by itself. */
export type AskMembers = (target: EtcdTarget) => MemberQuestions
