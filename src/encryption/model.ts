/** One `keys` element. `secret` is base64, as it stands in the file; it must never be shown. */
export interface KeyEntry {
  readonly name: string
  readonly secret: string
}

export interface KmsEntry {
  readonly apiVersion: string
  readonly name: string
  readonly endpoint: string
  /** A Go duration. */
  readonly timeout: string
  /** Absent where the API server leaves it unset. */
  readonly cachesize?: number
}

export type KeyedKind = 'aesgcm' | 'aescbc' | 'secretbox'
export const KEYED_KINDS = ['aesgcm', 'aescbc', 'secretbox'] as const

/** One element of `providers`; a sound one has exactly one of the fields. */
export interface ProviderEntry {
  readonly aesgcm?: { readonly keys: readonly KeyEntry[] }
  readonly aescbc?: { readonly keys: readonly KeyEntry[] }
  readonly secretbox?: { readonly keys: readonly KeyEntry[] }
  readonly identity?: Readonly<Record<string, never>>
  readonly kms?: KmsEntry
}

export interface ResourceEntry {
  readonly resources: readonly string[]
  readonly providers: readonly ProviderEntry[]
}

/** An EncryptionConfiguration as kube-apiserver decodes it, defaults filled in, not yet validated. */
export interface EncryptionDocument {
  readonly resources: readonly ResourceEntry[]
}
