export interface CallOptions {
  readonly signal?: AbortSignal
  /** Deadline of the whole call, fail-over included; default 5000. Streams have none but this one, if given. */
  readonly timeoutMs?: number
  /** Only this endpoint, which need not be one of the target's; default: whichever answers. */
  readonly at?: string
}
