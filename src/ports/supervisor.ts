/** The init system of this machine, asked to restart what it supervises. */
export interface Supervisor {
  /** Whether one runs here that can be asked. */
  present(): Promise<boolean>
  /**
   * Reads changed units anew, then restarts this one and waits until it is up. Throws KeepError `unavailable` where it
   * does not come up, `denied` where this user may not ask.
   */
  restart(
    unit: string,
    options: { readonly signal: AbortSignal; readonly timeoutMs: number },
  ): Promise<void>
}
