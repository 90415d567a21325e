import type { EtcdTarget } from './etcd.ts'

/**
 * One stored row, as places in a buffer. The same object for every row and the buffer is overwritten:
 * copy what is to be kept before the visitor returns.
 */
export interface Row {
  readonly bytes: Buffer
  readonly keyStart: number
  readonly keyEnd: number
  readonly valueStart: number
  readonly valueEnd: number
}

export interface ScanRequest {
  readonly target: EtcdTarget
  /** The first key; default the start of the keyspace. */
  readonly start?: Uint8Array
  /** The key after the last one; default the end of the keyspace. */
  readonly end?: Uint8Array
  /** Default: the current one when the scan starts. */
  readonly revision?: bigint
}

export interface ScanResult {
  readonly revision: bigint
  readonly rows: number
  /** Bytes of keys and values. */
  readonly bytes: number
  /** The endpoint that was read from. */
  readonly endpoint: string
}

/**
 * Reads every row at one revision, at constant memory. Rows come in no particular order, each once.
 * Throws KeepError: `denied`, `unavailable` (also when etcd falls silent), `conflict` `etcd.compacted`,
 * `corrupt` for an answer that is no etcd's, `cancelled`.
 */
export interface KeyspaceScanner {
  scan(request: ScanRequest, visit: (row: Row) => void, signal?: AbortSignal): Promise<ScanResult>
}
