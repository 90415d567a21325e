// What we ask of an etcd cluster over its client port. 64-bit numbers are bigints; keys and values are bytes.
import type { Secret } from '../core/secret.ts'
import type { EtcdAuth } from './etcd-auth.ts'
import type { CallOptions } from './etcd-call.ts'

/** A client's TLS material, PEM text. */
export interface EtcdTls {
  /** Bundle of the CAs to trust; the system's where left out. */
  readonly ca?: string
  readonly cert?: string
  readonly key?: Secret
  /** The name to check the server's certificate against, where it is not the endpoint's host. */
  readonly serverName?: string
  /** `false` talks to a server that cannot prove who it is; default true. */
  readonly rejectUnauthorized?: boolean
  /**
   * SHA-256 of public keys, hexadecimal: a server that proves to hold one of them is believed although its
   * certificate is not (expired, for another name, of another CA). Not to be given together with a password.
   */
  readonly serverKeys?: readonly string[]
}

export interface EtcdTarget {
  /** `https://10.0.0.1:2379`; `http://` talks HTTP/2 without TLS. */
  readonly endpoints: readonly string[]
  readonly tls?: EtcdTls
  /** Password login; without it etcd may take the certificate's common name as the user. */
  readonly user?: { readonly name: string; readonly password: Secret }
}

/**
 * Opens no connection by itself: the first call does. Throws KeepError `usage` for endpoints that are no URLs
 * and `config` for TLS material that cannot be read.
 */
export interface EtcdConnector {
  connect(target: EtcdTarget): Etcd
}

/**
 * Calls fail over to the next endpoint when one cannot be connected to; a read also when it answers UNAVAILABLE.
 * A write that may have reached a member is never sent again.
 * Throws KeepError: `denied` (`etcd.permission-denied`, `etcd.not-logged-in`, `etcd.login-failed`,
 * `etcd.certificate-refused`), `unavailable` (`etcd.unreachable`, `etcd.deadline`, `etcd.no-leader`, …),
 * `not-found`, `conflict`, `usage`, `corrupt`, `cancelled`.
 */
export interface Etcd {
  readonly kv: EtcdKv
  readonly watch: EtcdWatch
  readonly lease: EtcdLease
  readonly cluster: EtcdCluster
  readonly maintenance: EtcdMaintenance
  readonly auth: EtcdAuth
  /** Ends every connection and stream; a call after it throws. */
  close(): void
}

export interface Header {
  readonly clusterId: bigint
  readonly memberId: bigint
  readonly revision: bigint
  readonly raftTerm: bigint
}

export interface KeyValue {
  readonly key: Uint8Array
  readonly value: Uint8Array
  readonly createRevision: bigint
  readonly modRevision: bigint
  readonly version: bigint
  readonly lease: bigint
}

/** `rangeEnd` absent: the one key; `\0`: from the key to the end of the keyspace (core/bytes.ts makes prefixes). */
export interface RangeQuery {
  readonly key: Uint8Array
  readonly rangeEnd?: Uint8Array
  readonly limit?: number
  readonly revision?: bigint
  readonly keysOnly?: boolean
  readonly countOnly?: boolean
  /** Answered by one member without asking the others: may be stale. */
  readonly serializable?: boolean
}
export interface RangeResult {
  readonly header: Header
  readonly kvs: readonly KeyValue[]
  readonly more: boolean
  readonly count: bigint
}

export interface PutCommand {
  readonly key: Uint8Array
  readonly value: Uint8Array
  readonly lease?: bigint
  readonly previous?: boolean
}
export interface PutResult {
  readonly header: Header
  readonly previous: KeyValue | undefined
}

export interface DeleteCommand {
  readonly key: Uint8Array
  readonly rangeEnd?: Uint8Array
  readonly previous?: boolean
}
export interface DeleteResult {
  readonly header: Header
  readonly deleted: bigint
  readonly previous: readonly KeyValue[]
}

/** A condition on every key of the range. */
export type Comparison = {
  readonly key: Uint8Array
  readonly rangeEnd?: Uint8Array
  readonly is: 'equal' | 'greater' | 'less' | 'not-equal'
} & (
  | { readonly target: 'value'; readonly to: Uint8Array }
  | { readonly target: 'version' | 'create' | 'mod' | 'lease'; readonly to: bigint }
)
export type Operation =
  | { readonly range: RangeQuery }
  | { readonly put: PutCommand }
  | { readonly delete: DeleteCommand }
  | { readonly txn: Transaction }
export interface Transaction {
  readonly compare?: readonly Comparison[]
  readonly success: readonly Operation[]
  readonly failure?: readonly Operation[]
}
export type OperationResult =
  | { readonly range: Omit<RangeResult, 'header'> }
  | { readonly put: Omit<PutResult, 'header'> }
  | { readonly delete: Omit<DeleteResult, 'header'> }
  | { readonly txn: Omit<TransactionResult, 'header'> }
export interface TransactionResult {
  readonly header: Header
  readonly succeeded: boolean
  readonly results: readonly OperationResult[]
}

export interface EtcdKv {
  range(query: RangeQuery, options?: CallOptions): Promise<RangeResult>
  put(command: PutCommand, options?: CallOptions): Promise<PutResult>
  delete(command: DeleteCommand, options?: CallOptions): Promise<DeleteResult>
  txn(transaction: Transaction, options?: CallOptions): Promise<TransactionResult>
  /** `physical`: answer only when the old revisions are gone from the database. */
  compact(revision: bigint, physical?: boolean, options?: CallOptions): Promise<Header>
}

export interface WatchQuery {
  readonly key: Uint8Array
  readonly rangeEnd?: Uint8Array
  readonly startRevision?: bigint
  readonly previous?: boolean
  readonly progress?: boolean
}
export interface WatchEvent {
  readonly type: 'put' | 'delete'
  readonly kv: KeyValue
  readonly previous: KeyValue | undefined
}
/** The first batch comes when the watch stands, without events; so do progress notices. */
export interface WatchBatch {
  readonly header: Header
  readonly events: readonly WatchEvent[]
}
/** The iteration ends only by an error or when it is left. A refused or compacted watch throws. */
export type EtcdWatch = (query: WatchQuery, options?: CallOptions) => AsyncIterable<WatchBatch>

export interface LeaseTerms {
  readonly id: bigint
  /** Seconds. */
  readonly ttl: bigint
}
export interface EtcdLease {
  /** `ttl` in seconds; the server picks the id unless it is given. */
  grant(ttl: bigint, id?: bigint, options?: CallOptions): Promise<LeaseTerms>
  revoke(id: bigint, options?: CallOptions): Promise<void>
  /** Renews once; a `ttl` of 0 says that the lease is gone. */
  keepAlive(id: bigint, options?: CallOptions): Promise<LeaseTerms>
  timeToLive(
    id: bigint,
    options?: CallOptions,
  ): Promise<LeaseTerms & { readonly granted: bigint; readonly keys: readonly Uint8Array[] }>
  list(options?: CallOptions): Promise<readonly bigint[]>
}

export interface ClusterMember {
  readonly id: bigint
  /** Empty until the member has started once. */
  readonly name: string
  readonly peerUrls: readonly string[]
  readonly clientUrls: readonly string[]
  readonly isLearner: boolean
}
export interface EtcdCluster {
  memberList(options?: CallOptions): Promise<readonly ClusterMember[]>
  memberAdd(
    peerUrls: readonly string[],
    isLearner?: boolean,
    options?: CallOptions,
  ): Promise<ClusterMember>
  memberRemove(id: bigint, options?: CallOptions): Promise<void>
  memberUpdate(id: bigint, peerUrls: readonly string[], options?: CallOptions): Promise<void>
  memberPromote(id: bigint, options?: CallOptions): Promise<void>
}

export interface StatusResult {
  readonly header: Header
  /** `3.5.30` */
  readonly version: string
  /** Bytes on disk, and of them in use. */
  readonly dbSize: bigint
  readonly dbSizeInUse: bigint
  /** Member id; 0 where there is none. */
  readonly leader: bigint
  readonly raftIndex: bigint
  readonly raftAppliedIndex: bigint
  readonly raftTerm: bigint
  readonly isLearner: boolean
  readonly errors: readonly string[]
}
export type AlarmKind = 'NONE' | 'NOSPACE' | 'CORRUPT'
export interface Alarm {
  readonly memberId: bigint
  readonly alarm: AlarmKind
}
export interface HashResult {
  readonly header: Header
  readonly hash: number
  /** −1 where nothing was ever compacted. */
  readonly compactRevision: bigint
}
export interface SnapshotChunk {
  readonly remainingBytes: bigint
  readonly blob: Uint8Array
}

/** Calls about one member take its endpoint. */
export interface EtcdMaintenance {
  status(endpoint: string, options?: CallOptions): Promise<StatusResult>
  alarms(options?: CallOptions): Promise<readonly Alarm[]>
  disarm(alarm: Alarm, options?: CallOptions): Promise<void>
  hashKv(endpoint: string, revision?: bigint, options?: CallOptions): Promise<HashResult>
  defragment(endpoint: string, options?: CallOptions): Promise<void>
  snapshot(endpoint: string, options?: CallOptions): AsyncIterable<SnapshotChunk>
  /** To be sent to the leader's endpoint. */
  moveLeader(endpoint: string, to: bigint, options?: CallOptions): Promise<void>
  /** etcd 3.5 and later. */
  downgrade(
    action: 'validate' | 'enable' | 'cancel',
    version: string,
    options?: CallOptions,
  ): Promise<string>
}
