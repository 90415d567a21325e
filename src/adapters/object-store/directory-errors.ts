import { type ErrorKind, KeepError, messageOf } from '../../core/error.ts'

const KINDS: Readonly<Record<string, readonly [ErrorKind, string, string, string]>> = {
  ENOENT: [
    'not-found',
    'store.no-object',
    'there is no such object',
    'see what there is with: etcdkeep snapshot list',
  ],
  ENOTDIR: [
    'not-found',
    'store.no-object',
    'there is no such object',
    'see what there is with: etcdkeep snapshot list',
  ],
  EEXIST: [
    'conflict',
    'store.exists',
    'the name is taken',
    'an object is written once: take another name',
  ],
  EACCES: [
    'denied',
    'store.denied',
    'permission denied',
    'run as the owner of the directory, or as root',
  ],
  EPERM: [
    'denied',
    'store.denied',
    'operation not permitted',
    'the file system must have hard links, and let this user write',
  ],
  ENOTSUP: [
    'unavailable',
    'store.no-links',
    'the file system has no hard links',
    'use a file system that has them, as ext4, xfs or NFS',
  ],
  EROFS: ['denied', 'store.denied', 'read-only file system', 'remount it writable'],
  ENOSPC: [
    'unavailable',
    'store.full',
    'no space left',
    'free some space: etcdkeep snapshot prune',
  ],
  EDQUOT: [
    'unavailable',
    'store.full',
    'the disk quota is used up',
    'free some space: etcdkeep snapshot prune',
  ],
  EFBIG: [
    'unavailable',
    'store.full',
    'the file may not become that large',
    'raise the limit on file size',
  ],
  ELOOP: [
    'corrupt',
    'store.not-a-file',
    'a link, or no regular file',
    'find out who put it there, and remove it',
  ],
  EISDIR: [
    'corrupt',
    'store.not-a-file',
    'a directory',
    'find out who put it there, and remove it',
  ],
}

/** What the operating system said about an object, in our words. */
export function directoryError(error: unknown, what: string, signal?: AbortSignal): unknown {
  if (error instanceof KeepError) return error
  if (signal?.aborted === true)
    return new KeepError('cancelled', 'store.cancelled', `${what}: interrupted`, { cause: error })
  const code = (error as NodeJS.ErrnoException).code
  // What the source of the bytes threw is its own.
  if (typeof code !== 'string' || !/^E[A-Z0-9]+$/.test(code)) return error
  const [kind, name, text, hint] = KINDS[code] ?? [
    'unavailable',
    'store.failed',
    messageOf(error),
    'check the disk and the path',
  ]
  return new KeepError(kind, name, `${what}: ${text}`, { hint, cause: error })
}
