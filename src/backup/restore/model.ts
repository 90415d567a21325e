// What a restore sets out to do, and what became of it.
import type { PlannedMember, RestoreTool } from '../restore-member.ts'

/** One member of the new cluster, whose data directory is on this host. */
export interface RestoreTarget extends PlannedMember {
  /** Where it serves clients; empty where that is not known. */
  readonly clientUrls: readonly string[]
  /** As the host sees it. */
  readonly dataDirectory: string
  /** Only where it is not inside the data directory. */
  readonly walDirectory?: string
  /** Its manifest or unit. */
  readonly file?: string
  /** `quota-backend-bytes`; 0 is etcd's default. */
  readonly quota?: number
}

/** Where the bytes come from; a resumed run must be given the same. */
export type SourceName =
  | { readonly kind: 'file'; readonly path: string }
  | {
      readonly kind: 'repository'
      readonly place: string
      readonly sequence: number
      readonly id: string
      readonly created: string
    }

/** What is in the file, as far as a restore has to know. Names and numbers alone. */
export interface SnapshotContent {
  /** Of the database, without the trailing SHA-256. */
  readonly length: number
  readonly sha256: string
  /** False for a copy of `member/snap/db`: nothing but its pages says that its bytes are right. */
  readonly proven: boolean
  readonly revision: string
  readonly revisions: number
  readonly keys?: number
  /** Rows below `/registry/`. */
  readonly kubernetes: boolean
  readonly leases: number
  readonly alarms: readonly string[]
  readonly authEnabled: boolean
  readonly users: readonly string[]
  readonly encryptionKeys: readonly string[]
  readonly clusterVersion?: string
  /** Names, as the old cluster had them. */
  readonly members: readonly string[]
}

/** What the old data directory holds, as far as it can be read. */
export interface OldData {
  readonly member: string
  /** Of the last change that is on the disk. */
  readonly revision?: string
  /** Why nothing is known: it is absent, or broken. */
  readonly missing?: string
}

export interface RestorePlan {
  readonly schema: 'etcdkeep.restore-plan/v1'
  /** Twelve hex digits; part of every name that is made. */
  readonly id: string
  readonly source: SourceName
  readonly content: SnapshotContent
  readonly members: readonly RestoreTarget[]
  /** All members of the new cluster, those on other hosts included. */
  readonly cluster: readonly PlannedMember[]
  readonly token: string
  readonly tool: RestoreTool
  /** Decimal; absent where revisions are not moved on. */
  readonly bump?: string
  /** The etcd that members run, for the trial; absent where this machine has none of that version. */
  readonly etcd?: { readonly program: string; readonly version: string }
  readonly old: readonly OldData[]
  /** What has to be told before a yes. */
  readonly warnings: readonly string[]
}

export interface RestoreOutcome {
  /** `waiting`: the data is in place, and the members have to be started. */
  readonly as: 'restored' | 'waiting' | 'rolled-back'
  /** Where the old data lies now. */
  readonly kept: readonly string[]
  /** Of `restored`: HashKV that all members answer with, and its revision. */
  readonly proven?: { readonly members: number; readonly revision: string; readonly hash: string }
}
