/** A file on its way, under a temporary name beside its own; nobody sees a part of it under the name it will have. */
export interface FileDraft {
  /** Appends; the bytes must stay as they are until it resolves. Several at a time land in the order of the calls. */
  write(bytes: Uint8Array): Promise<void>
  /** On disk, still under the temporary name. */
  sync(): Promise<void>
  /** Synced and under its name, in the place of a file that had it. */
  commit(): Promise<void>
  /** Gone; no error after `commit` or where it is gone already. */
  discard(): Promise<void>
}

/**
 * Throws KeepError: `not-found`, `denied`, `unavailable` (also a full disk), and `conflict` where something other than
 * a regular file has that name.
 */
export type DraftFile = (path: string, options: { readonly mode: number }) => Promise<FileDraft>
