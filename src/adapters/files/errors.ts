import { type ErrorKind, KeepError, messageOf } from '../../core/error.ts'

const KINDS: Readonly<Record<string, readonly [ErrorKind, string, string]>> = {
  ENOENT: ['not-found', 'no such file or directory', 'check the path'],
  EACCES: ['denied', 'permission denied', 'run as the owner of the file, or as root'],
  EPERM: ['denied', 'operation not permitted', 'run as the owner of the file, or as root'],
  EROFS: ['denied', 'read-only file system', 'remount it writable'],
  ENOSPC: ['unavailable', 'no space left', 'free some space on that file system'],
}

/** What the operating system said about `path`, in our words. */
export function fileError(error: unknown, path: string): KeepError {
  if (error instanceof KeepError) return error
  const code = (error as NodeJS.ErrnoException).code ?? ''
  const [kind, text, hint] = KINDS[code] ?? ['unavailable', messageOf(error), 'check the path']
  return new KeepError(kind, `files.${(code || 'failed').toLowerCase()}`, `${path}: ${text}`, {
    hint,
    cause: error,
  })
}
