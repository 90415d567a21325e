/** Something learned from outside, or the reason why it could not be; a control never confuses the two. */
export type Fact<T> = Known<T> | Missing

export interface Known<T> {
  readonly known: true
  readonly value: T
}

export interface Missing {
  readonly known: false
  /** What went wrong, as a clause: `10.0.0.1:2379 refused the connection`. */
  readonly why: string
  /** What would make it known: `run as root on the member's host`, `--cert and --key of an etcd client`. */
  readonly access?: string
}

export const known = <T>(value: T): Known<T> => ({ known: true, value })

export const missing = (why: string, access?: string): Missing =>
  access === undefined ? { known: false, why } : { known: false, why, access }

/** The value, or undefined: for evidence that helps but is not needed. */
export const valueOf = <T>(fact: Fact<T> | undefined): T | undefined =>
  fact?.known ? fact.value : undefined
