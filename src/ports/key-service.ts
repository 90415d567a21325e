import type { Secret } from '../core/secret.ts'

export type KeyServiceKind = 'age' | 'key-file' | 'vault-transit' | 'aws-kms' | 'pkcs11'

/** A data key under one wrapping key. Not secret: only the holder of that key can open it. */
export interface WrappedKey {
  readonly service: KeyServiceKind
  /** Which key: an age recipient, a key's fingerprint, `transit/keys/etcd`, an ARN. Never the key itself. */
  readonly key: string
  readonly wrapped: Uint8Array
}

/**
 * Can close but not open: all that a machine which takes snapshots needs. Throws KeepError `unavailable` or `denied`.
 */
export interface KeyWrapper {
  readonly service: KeyServiceKind
  readonly key: string
  wrap(dataKey: Secret<Uint8Array>, signal?: AbortSignal): Promise<WrappedKey>
}

/** Opens what was wrapped for its key. */
export interface KeyUnwrapper {
  readonly service: KeyServiceKind
  /** Undefined where the wrap is for another key; throws KeepError `corrupt`, `unavailable`, `denied`. */
  unwrap(wrapped: WrappedKey, signal?: AbortSignal): Promise<Secret<Uint8Array> | undefined>
}
