export interface StoredObject {
  readonly key: string
  /** Bytes. */
  readonly size: number
  /** What the store says; never trusted for order or age. */
  readonly modified?: Date
}

export interface PutOptions {
  /** WORM: the object cannot be removed before; only where the store locks objects (`ObjectLock`). */
  readonly retainUntil?: Date
  readonly signal?: AbortSignal
}

/**
 * Immutable named blobs: a name is written once, whole or not at all, and never changed. Keys are relative, parts
 * parted by `/`, of `[A-Za-z0-9._-]` and without a dot in front; `list` may show others that strangers put there.
 * Throws KeepError: `not-found` (`store.no-object`), `conflict` (`store.exists`),
 * `denied`, `unavailable` (also a full disk), `corrupt` (the store kept other bytes than were sent), `cancelled`.
 */
export interface ObjectStore {
  /** `file:///backups`, `s3://bucket/prefix`; no credential. */
  readonly name: string
  /** Create-only: throws `conflict` where the name is taken. Reads on while it sends; the length need not be known. */
  put(
    key: string,
    content: Uint8Array | AsyncIterable<Uint8Array>,
    options?: PutOptions,
  ): Promise<void>
  /** From `start` (default 0) to `end`, exclusive (default all). */
  get(
    key: string,
    options?: { readonly start?: number; readonly end?: number; readonly signal?: AbortSignal },
  ): AsyncIterable<Uint8Array>
  stat(key: string, signal?: AbortSignal): Promise<StoredObject>
  /** In order of the key, byte by byte. Throws `not-found` (`store.no-store`) where the store itself is not there. */
  list(prefix: string, signal?: AbortSignal): AsyncIterable<StoredObject>
  /** No error where there is none. */
  remove(key: string, signal?: AbortSignal): Promise<void>
  /** Present where the store can lock objects against removal. */
  readonly lock?: ObjectLock
}

export interface Retention {
  readonly mode: 'compliance' | 'governance' | 'none'
  readonly until?: Date
}

export interface ObjectLock {
  /** What the store really holds the object to. */
  retention(key: string, signal?: AbortSignal): Promise<Retention>
}

/** Where a store lies: `/backups`, `file:///backups`, `s3://bucket/prefix`; never with a credential in it. */
export interface StorePlace {
  readonly location: string
}

/** Throws KeepError `usage` for an address that no store is made for; opens no connection by itself. */
export type OpenStore = (place: StorePlace) => ObjectStore
