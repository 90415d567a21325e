export interface Owner {
  readonly uid: number
  readonly gid: number
}

/**
 * Changes files of this machine. Every method throws KeepError: `not-found`, `denied`, or `unavailable`.
 */
export interface Files {
  /**
   * Whole or not at all: written to a temporary name beside it, synced, renamed, the directory synced. Throws `conflict`
   * where something other than a regular file has that name.
   */
  write(
    path: string,
    content: Uint8Array | string,
    options: { readonly mode: number; readonly owner?: Owner },
  ): Promise<void>
  /** Removes what killed writes of these paths left beside them; no error where there is nothing. */
  removeLeftovers(paths: readonly string[]): Promise<void>
  /**
   * Keeps every other process of this machine from holding the same path until what is returned is called or this
   * process ends. Throws `conflict` (`files.held`) where another one holds it.
   */
  hold(path: string): Promise<() => Promise<void>>
  /** With its parents; `mode` (default 0700) for each that is made. No error where it exists. */
  makeDirectory(path: string, mode?: number): Promise<void>
  /** A fresh directory, 0700, in the system's place for such. */
  makeTemporaryDirectory(prefix: string): Promise<string>
  /** Bytes that may still be written below a directory; `memory` where they touch no disk (tmpfs). */
  room(path: string): Promise<{ readonly bytes: number; readonly memory: boolean }>
  /** A file, or a directory with all it holds; no error where there is none. */
  remove(path: string): Promise<void>
  rename(from: string, to: string): Promise<void>
  symlink(target: string, path: string): Promise<void>
  chmod(path: string, mode: number): Promise<void>
  chown(path: string, owner: Owner): Promise<void>
}
