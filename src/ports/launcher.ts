export interface StartOptions {
  readonly argv: readonly [program: string, ...string[]]
  /** The whole environment: nothing is inherited. Never a secret. */
  readonly environment?: Readonly<Record<string, string>>
  readonly directory?: string
  /** Standard output and error are appended to this file (0600). */
  readonly log: string
  /** True: it goes on when this process ends. Default: it dies with this process, even with a killed one. */
  readonly outlives?: boolean
}

/** How a process ended: one of the two is set. */
export interface Exit {
  readonly status?: number
  readonly signal?: string
}

export interface Started {
  readonly pid: number
  /** Resolves when it has ended; never rejects. */
  readonly exited: Promise<Exit>
  /** SIGTERM, and SIGKILL after `graceMs` (default 15 s); resolves when it has ended. */
  stop(graceMs?: number): Promise<Exit>
  /** SIGKILL at once; resolves when it has ended. */
  kill(): Promise<Exit>
}

/** Starts programs by argument vector, never through a shell. */
export interface Launcher {
  /** Throws KeepError `not-found` or `denied` where the program cannot be started. */
  start(options: StartOptions): Promise<Started>
  /** Signals a process that some other run started; false where there is none. */
  signal(pid: number, name: 'SIGTERM' | 'SIGKILL'): boolean
  /** Whether a process with this id exists. */
  alive(pid: number): boolean
}
