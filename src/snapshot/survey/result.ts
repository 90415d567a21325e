// What a survey finds. Names and numbers alone: no value, no password hash.

export interface SurveyedMember {
  /** Lower-case hex, as etcd prints it. */
  readonly id: string
  readonly name: string
  readonly peerUrls: readonly string[]
  readonly clientUrls: readonly string[]
  readonly learner: boolean
}

export interface SurveyedUser {
  readonly name: string
  readonly roles: readonly string[]
  /** False for a user who can only come by certificate. */
  readonly password: boolean
}

export interface SurveyedRole {
  readonly name: string
  readonly permissions: number
}

/** As `Manifest.hashKv` has it. */
export type SurveyedHash =
  | { readonly hash: number; readonly revision: string; readonly compactRevision: string }
  | { readonly missing: string }

/** Keys that live at the last revision, and the revisions that are held, below one prefix. */
export interface PrefixCount {
  readonly prefix: Buffer
  readonly keys: number
  /** Key and value as stored, of the live revisions. */
  readonly bytes: number
  readonly revisions: number
  readonly revisionBytes: number
}

export interface SurveyResult {
  /** Bytes that came, and what of them the meta page accounts for. */
  readonly length: number
  readonly accounted: number
  readonly pageSize: number
  readonly pages: { readonly total: number; readonly tree: number; readonly free: number }
  /** Of the last change; 1 before the first. */
  readonly revision: bigint
  /** Keys that live at that revision; absent where there are too many revisions to tell. */
  readonly keys?: number
  /** With `keys`, largest first. */
  readonly prefixes?: readonly PrefixCount[]
  /** As a manifest has it. */
  readonly contents: {
    readonly revisions: number
    readonly leases: number
    readonly alarms: readonly string[]
    readonly authEnabled: boolean
    readonly storageVersion?: string
    readonly encryptionKeys: readonly string[]
  }
  readonly members: readonly SurveyedMember[]
  readonly auth: {
    readonly enabled: boolean
    readonly users: readonly SurveyedUser[]
    readonly roles: readonly SurveyedRole[]
  }
  readonly consistentIndex?: bigint
  readonly term?: bigint
  /** `3.5.0` */
  readonly clusterVersion?: string
  readonly compact: { readonly scheduled?: bigint; readonly finished?: bigint }
  readonly hashKv: SurveyedHash
}
