/**
 * Bytes on their way from a fast writer to slower readers: kept in memory, beyond that in a file, and beyond that the
 * writer waits. Whatever is put in must be sealed already: the file lies on the disk of this machine.
 */
export interface Spool {
  /** Takes a piece over, of at most 1 MiB and 64 KiB; resolves when there is room for the next. */
  add(piece: Buffer): Promise<void>
  /** No more will come. */
  end(): void
  /** Whoever adds or reads throws this from now on. */
  fail(why: Error): void
  /** Everything from the first piece on; may be called once for each of the `readers`. */
  read(): AsyncIterable<Buffer>
  /** Gives memory and disk back. */
  close(): Promise<void>
}

export interface SpoolOptions {
  /** Where the file goes, if one is needed; default the system's place for temporary files. */
  readonly directory?: string
  readonly readers: number
  /** Bytes; default 8 MiB. */
  readonly memory?: number
  /** Bytes; default 4 GiB. */
  readonly disk?: number
}

/** Throws KeepError of the file: `denied`, `not-found`, `unavailable` (also a full disk). */
export type OpenSpool = (options: SpoolOptions) => Spool
