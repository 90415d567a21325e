import type { Fact } from '../../core/fact.ts'

/** One snapshot of a repository that is not pruned, as its signed manifest and records tell. */
export interface BackupSnapshot {
  readonly sequence: number
  /** ISO 8601, by the clock of whoever saved it. */
  readonly created: string
  /** Id of the cluster, lower-case hex. */
  readonly cluster: string
  readonly revision: string
  /** Its data and keys are there in full length, and nothing is known against it. */
  readonly whole: boolean
  readonly verified?: { readonly at: string; readonly depth: 'stored' | 'opened' }
  /** The last drill, passed or not. */
  readonly drilled?: { readonly at: string; readonly passed: boolean }
  /** When it was last drilled with success. */
  readonly proven?: string
  readonly readers: readonly { readonly service: string; readonly key: string }[]
}

/** What a store is, as far as its address and the table of mounts tell. */
export interface BackupPlace {
  /** `directory /backups on ext4`, `an S3 store at store:9000`. */
  readonly what: string
  /** Host name of the store, where its address names one. */
  readonly host?: string
  /** Whether it lies on a disk of this machine. */
  readonly local: Fact<boolean>
}

/** What was found that should not lie where backups are made or kept. */
export interface BackupKeys {
  /** Directories that were looked through, in order. */
  readonly places: readonly string[]
  /** Files that open the newest snapshot: tried, not guessed. */
  readonly opening: readonly string[]
  /** Files inside the repository with a private key that may sign its manifests. */
  readonly signing: readonly string[]
}

export interface BackupRepository {
  /** Address without a credential: `file:///backups`, `s3://bucket/prefix`. */
  readonly name: string
  /** Newest first. */
  readonly snapshots: Fact<readonly BackupSnapshot[]>
  /** What is wrong with the whole of it or with one snapshot; notices are left out. */
  readonly problems: readonly { readonly code: string; readonly message: string }[]
  readonly place: BackupPlace
  readonly keys: Fact<BackupKeys>
}

/** The repositories that the user named, and how old their proofs may be, in milliseconds. */
export interface BackupFacts {
  readonly repositories: readonly BackupRepository[]
  readonly limits: {
    readonly rpo: number
    readonly verified: number
    readonly drilled: number
  }
}
