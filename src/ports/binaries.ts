/** One etcd of this machine, with the programs that go with it. */
export interface EtcdBinary {
  /** `3.5.30` */
  readonly version: string
  /** Paths. `etcdutl` exists from 3.5 on. */
  readonly etcd: string
  readonly etcdctl: string
  readonly etcdutl?: string
  /** Where it comes from: `PATH`, `Debian sid`. */
  readonly source: string
  /** What the reader should know: `3.5.16 is no longer served, this is the nearest`. */
  readonly note?: string
}

/** Finds real etcds; the first time it may download Debian's packages into a cache. */
export interface EtcdBinaries {
  /** Oldest first, never empty. Throws KeepError `unavailable` where there is none. */
  (options?: {
    /** Told what takes time. */
    readonly progress?: (line: string) => void
    readonly signal?: AbortSignal
  }): Promise<readonly EtcdBinary[]>
}
