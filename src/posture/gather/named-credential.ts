import type { ClientCredential } from '../../ports/prober.ts'

export interface NamedCredential extends ClientCredential {
  /** Whose it is, in stable words: a path or an option. */
  readonly source: string
}
