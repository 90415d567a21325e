import type { Fact } from '../../core/fact.ts'

/** How rows of one Kubernetes resource are stored. */
export interface ResourceRows {
  /** As the API has it: `secrets`, `configmaps`, `widgets.example.com`. */
  readonly resource: string
  readonly rows: number
  /** Rows that the API server never encrypts, whatever is configured (address and port allocations). */
  readonly byDesign?: true
  readonly stored: readonly {
    /** `plaintext`, `aescbc`, `aesgcm`, `secretbox`, `kms-v1`, `kms-v2`, or `unknown` for a prefix nobody knows. */
    readonly provider: string
    /** The key's or plugin's name in the row; absent for plaintext. */
    readonly key?: string
    /** `protobuf`, `json`, `cbor` for plaintext. */
    readonly encoding?: string
    readonly rows: number
    /** One etcd key, as a place to look; the key only, never the value. */
    readonly example: string
  }[]
}

/** Secrets in the clear that no client can read any more and that still lie in a database file. */
export interface Remnants {
  /** `snapshot /backup/etcd.db` or `database /var/lib/etcd/member/snap/db` */
  readonly source: string
  /** In revisions before the last one of their key. */
  readonly oldRevisions: number
  /** In pages that are free and not wiped. */
  readonly freePages: number
  /** One key, as a place to look. */
  readonly example?: string
}

/** The whole keyspace at one revision. */
export interface KeyspaceFacts {
  /** `member m1` or `snapshot /backup/etcd.db`. */
  readonly source: string
  readonly revision: string
  readonly keys: number
  /** Where the API server keeps its rows: `/registry`; more than one where several prefixes were found. */
  readonly prefixes: readonly string[]
  readonly resources: readonly ResourceRows[]
  /** Of each database file that could be read; absent where none was looked at. */
  readonly remnants?: Fact<readonly Remnants[]>
}

/** An EncryptionConfiguration as kube-apiserver would read it; keys reduced to what may be told. */
export interface EncryptionConfig {
  readonly path: string
  /** Who names the file: the process that runs, or a manifest alone. Absent = the process. */
  readonly layer?: 'declared' | 'running'
  readonly resources: readonly {
    readonly resources: readonly string[]
    readonly providers: readonly {
      readonly kind: 'identity' | 'aescbc' | 'aesgcm' | 'secretbox' | 'kms'
      /** KMS: `v1` or `v2`, plugin name, endpoint. */
      readonly kms?: {
        readonly apiVersion: string
        readonly name: string
        readonly endpoint: string
        /** The socket on the host, where the endpoint names a path. */
        readonly socket?: Fact<{ readonly type: string; readonly mode: number }>
      }
      readonly keys: readonly {
        readonly name: string
        readonly bytes: number
        /** Why the key is no random key: `all bytes equal`, `printable text`, `example of the documentation`. */
        readonly weak?: string
        /** Where the same key bytes stand under another name or provider: `resources[0].providers[0].aescbc.keys[0]`. */
        readonly sameAs?: string
        /** Whether an earlier key of this provider has the same name. */
        readonly nameTaken?: true
      }[]
    }[]
  }[]
  /** What kube-apiserver would say against it, each one line. */
  readonly errors: readonly string[]
  readonly warnings: readonly string[]
}
