import type { Fact } from '../core/fact.ts'

/** What `lstat` or `stat` says. `uid` and `gid` are numbers: names mean nothing across containers. */
export interface FileStatus {
  readonly type: 'file' | 'directory' | 'symlink' | 'socket' | 'other'
  /** Permission bits with setuid, setgid and sticky. */
  readonly mode: number
  readonly uid: number
  readonly gid: number
  /** `device:inode`. */
  readonly inode: string
  readonly size: number
}

export interface ProcessStatus {
  readonly pid: number
  readonly argv: readonly string[]
  /** May hold secrets: only known variables may leave the adapter's caller. Often only root may read it. */
  readonly environment: Fact<readonly (readonly [name: string, value: string])[]>
  /** As the process sees it; '' where it may not be read. */
  readonly workingDirectory: string
  /** Where the process sees `/`, as a path on the host: `/` or `/proc/4711/root`. */
  readonly root: string
  /** As the process sees it; '' where it may not be read. */
  readonly executable: string
  /** When it was started, in the kernel's ticks since boot: with `pid` it names one process; '' where not known. */
  readonly started: string
}

/** A regular file that stays the same one while it is read, whatever happens to its name. */
export interface OpenFile {
  /** When it was opened. */
  readonly size: number
  /** Fills `into` from `offset`; how many bytes were there: fewer only at the end of the file. */
  read(into: Uint8Array, offset: number): Promise<number>
  /** Of its first `length` bytes (fewer at the end of the file), computed beside everything else. */
  sha256(length: number): Promise<Buffer>
  close(): Promise<void>
}

/**
 * The machine that is looked at: files and processes below a root directory (`--root`). Reads only.
 * Every method throws KeepError: `not-found`, `denied`, or `unavailable` for anything else.
 */
export interface Host {
  readonly name: string
  /** At most `limit` bytes (default 4 MiB); a larger file is an error, never a cut one. */
  read(path: string, limit?: number): Promise<Uint8Array>
  /** At most `length` bytes from `offset`; fewer at the end of the file, none beyond it. */
  readAt(path: string, offset: number, length: number): Promise<Uint8Array>
  /** For large files. Throws `unavailable` for anything but a regular file. */
  open(path: string): Promise<OpenFile>
  list(path: string): Promise<readonly string[]>
  /** Of the link itself. */
  lstat(path: string): Promise<FileStatus>
  /** Of what stands behind every link. */
  stat(path: string): Promise<FileStatus>
  /** The path behind every link, resolved inside the root. */
  realpath(path: string): Promise<string>
  /** Process ids in `/proc`. */
  pids(): Promise<readonly number[]>
  process(pid: number): Promise<ProcessStatus>
}
