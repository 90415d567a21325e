// What a save looks at, takes and says.
import type { KeepError } from '../core/error.ts'
import type { StatusResult } from '../ports/etcd.ts'
import type { SnapshotMember } from '../repository/model.ts'

/** One endpoint, asked how it is. */
export type LookedAt =
  | { readonly endpoint: string; readonly status: StatusResult }
  | { readonly endpoint: string; readonly trouble: KeepError }

/** A member that a snapshot may be taken from. */
export interface Candidate {
  readonly endpoint: string
  readonly status: StatusResult
  readonly leader: boolean
}

/** A member that was not taken, and why. */
export interface PassedOver {
  readonly endpoint: string
  readonly why: string
}

export interface SnapshotSource {
  /** Member id, lower-case hex. */
  readonly member: string
  readonly name: string
  readonly endpoint: string
  readonly etcd: string
  readonly leader: boolean
}

export interface SourceCluster {
  readonly id: string
  readonly members: readonly SnapshotMember[]
}
