import type { Secret } from '../core/secret.ts'

/**
 * Cuts a secret into shares of which some are enough and fewer say nothing (Shamir, GF(256)). Does not tell whether
 * shares belong together: the caller must.
 */
export interface KeyShares {
  /** `needed` of `count`, 2 to 255. */
  split(
    secret: Secret<Uint8Array>,
    count: number,
    needed: number,
  ): Promise<readonly Secret<Uint8Array>[]>
  /** Of enough shares the secret; of others, bytes that mean nothing. */
  join(shares: readonly Secret<Uint8Array>[]): Promise<Secret<Uint8Array>>
}
