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

/** Makes wrappers and unwrappers from what people have; reads no file and calls nobody by itself. */
export interface KeyServices {
  /** Closes for an age recipient, `age1…`. Throws `config` for what is none. */
  ageRecipient(recipient: string): Promise<KeyWrapper>
  /**
   * Opens with what is in a file of identities (as `age-keygen` writes it) or in a key file. `path` is for messages.
   * Throws `config` where the text holds neither.
   */
  identity(text: Secret, path: string): Promise<KeyUnwrapper>
  /** Closes with what is in a key file, which can open too. Throws `config` where the text holds none. */
  keyFile(text: Secret, path: string): KeyWrapper
  /** A new age identity: its file's text, and the recipient that is public. */
  newIdentity(): Promise<{ readonly text: Secret; readonly recipient: string }>
  /** A new key file's text, and its fingerprint. */
  newKeyFile(): { readonly text: Secret; readonly fingerprint: string }
}
