import type { EtcdTarget } from './etcd.ts'

/** Takes the bytes of a snapshot as they come. */
export interface SnapshotSink {
  /**
   * The next bytes, without etcd's trailing SHA-256; the buffer is overwritten after the call returns. A promise
   * holds the stream back until it resolves. `total`: how long the member says the database is.
   */
  piece(bytes: Buffer, total: number): void | Promise<void>
}

export interface SnapshotStreamed {
  /** Bytes of the database: without the trailer. */
  readonly length: number
  /** What etcd sent behind it, equal to what was computed here while it streamed. */
  readonly sha256: Buffer
}

/**
 * Maintenance.Snapshot of one member, checked while it streams: announced length, trailing SHA-256, clean end of the
 * stream. Throws KeepError: `corrupt` (`snapshot.short`, `.long`, `.wrong-hash`, `.no-hash`, `.inconsistent`),
 * `unavailable` (`snapshot.stalled` when no byte came for `stallMs`, `snapshot.broken-off`), `denied`, `cancelled`, and
 * whatever the sink throws.
 */
export interface SnapshotStream {
  read(
    request: { readonly target: EtcdTarget; readonly endpoint: string; readonly stallMs?: number },
    sink: SnapshotSink,
    signal?: AbortSignal,
  ): Promise<SnapshotStreamed>
}
