/** What kind of thing went wrong; decides the exit code in one table. */
export type ErrorKind =
  | 'usage'
  | 'config'
  | 'unavailable'
  | 'denied'
  | 'not-found'
  | 'conflict'
  | 'corrupt'
  | 'cancelled'
  | 'bug'

export interface ErrorOptions {
  /** What the reader can do about it, as one sentence. */
  readonly hint?: string
  /** Facts for machines; never a secret. */
  readonly details?: Readonly<Record<string, unknown>>
  readonly cause?: unknown
}

/**
 * The only error that etcdkeep throws on purpose. An exception means "could not do it";
 * bad news that was asked for is a value.
 *
 * `code` is dotted and stable (`etcd.permission-denied`), `message` names the thing that failed.
 */
export class KeepError extends Error {
  override readonly name = 'KeepError'
  readonly kind: ErrorKind
  readonly code: string
  readonly hint: string | undefined
  readonly details: Readonly<Record<string, unknown>> | undefined

  constructor(kind: ErrorKind, code: string, message: string, options: ErrorOptions = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause })
    this.kind = kind
    this.code = code
    this.hint = options.hint
    this.details = options.details
  }

  toJSON(): Record<string, unknown> {
    const { kind, code, message, hint, details } = this
    return { kind, code, message, ...(hint && { hint }), ...(details && { details }) }
  }
}

/** Process exit status for each kind of error (design: exit codes). */
export const EXIT_CODES: Readonly<Record<ErrorKind, number>> = {
  usage: 2,
  config: 2,
  'not-found': 2,
  conflict: 2,
  unavailable: 3,
  denied: 4,
  corrupt: 5,
  bug: 70,
  cancelled: 130,
}

/** One line about anything that was thrown. */
export const messageOf = (thrown: unknown): string =>
  thrown instanceof Error ? thrown.message : String(thrown)
