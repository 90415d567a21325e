// The nouns of a snapshot repository; docs/reference/repository-format.md says how each is written.
import type { KeyServiceKind } from '../ports/key-service.ts'

/** Lower-case hex of a SHA-256. */
export type Sha256 = string

/** One object of a chain, and by its hash all that came before. */
export interface Tip {
  readonly sequence: number
  readonly sha256: Sha256
}

export interface SnapshotMember {
  /** Lower-case hex, as etcd prints it. */
  readonly id: string
  readonly name: string
  readonly peerUrls: readonly string[]
  readonly clientUrls: readonly string[]
  readonly learner: boolean
}

/** What `HashKV` of the member said of the saved revision; CRC-32C, evidence against accident only. */
export interface HashKv {
  readonly hash: number
  readonly revision: string
  readonly compactRevision: string
}

/** What was seen in the rows and buckets while they passed; no value, no password hash. */
export interface SnapshotContents {
  /** Entries of the `key` bucket: every revision that is held. */
  readonly revisions: number
  readonly leases: number
  readonly alarms: readonly string[]
  readonly authEnabled: boolean
  /** `3.6.0`; absent before etcd 3.6. */
  readonly storageVersion?: string
  /** Kubernetes encryption keys named by rows, as `aescbc:key1`, `kms-v2:vault`. */
  readonly encryptionKeys: readonly string[]
}

/** Signed, and bound to the one before it. 64-bit numbers are decimal strings, bytes are hex. */
export interface Manifest {
  readonly format: 'etcdkeep.snapshot/v1'
  /** From 1, without gaps. */
  readonly sequence: number
  /** SHA-256 of the manifest object before; null for the first. */
  readonly previous: Sha256 | null
  /** The last record when this was written: records before it cannot be removed unseen. */
  readonly records: Tip | null
  /** 128 random bits, hex; names the objects that go with it. */
  readonly id: string
  readonly created: string
  readonly tool: string
  readonly cluster: { readonly id: string; readonly members: readonly SnapshotMember[] }
  readonly source: {
    readonly member: string
    readonly name: string
    readonly etcd: string
    readonly leader: boolean
  }
  /** Of the last change in the file, read out of the file itself. */
  readonly revision: string
  readonly hashKv: HashKv | { readonly missing: string }
  /** The database file, without etcd's trailing SHA-256, which is `sha256` itself. */
  readonly plain: { readonly length: number; readonly sha256: Sha256 }
  readonly data: {
    readonly object: string
    readonly length: number
    readonly sha256: Sha256
    /** Lengths of the sealed chunks, each with its four bytes of length. */
    readonly chunks: readonly number[]
  }
  readonly sealing: {
    readonly suite: 'zstd-1MiB/AES-256-GCM'
    readonly nonce: string
    /** HMAC-SHA-256 of the data key over `etcdkeep.data-key/v1`: no other key can be put in its place. */
    readonly commitment: Sha256
  }
  /** The first wrapping of the data key; later ones come by `snapshot rekey`. */
  readonly keys: {
    readonly object: string
    readonly sha256: Sha256
    readonly recipients: readonly { readonly service: KeyServiceKind; readonly key: string }[]
  }
  readonly contents: SnapshotContents
}
