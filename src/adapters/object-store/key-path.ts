// Where a key lies below a directory, and nothing that lies elsewhere.
import { lstat, mkdir, realpath } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { KeepError } from '../../core/error.ts'

const KEY = /^[A-Za-z0-9_-][A-Za-z0-9._-]*(\/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$/

/** Throws `usage` for a key that a store does not take: no dot in front of a part, so neither `..` nor a hidden name. */
export function requireKey(key: string): void {
  if (KEY.test(key) && key.length <= 512) return
  throw new KeepError('usage', 'store.key', `${JSON.stringify(key)} is no name of an object`, {
    hint: 'names have parts of letters, digits and ._- with / between',
  })
}

export const strangeFile = (path: string): KeepError =>
  new KeepError('corrupt', 'store.not-a-file', `${path} is a link or no regular file`, {
    hint: 'the store holds regular files alone: find out who put it there, and remove it',
  })

/** The path of a key below `root` (a real path), refused where a directory on the way is a link to elsewhere. */
export async function pathOf(root: string, key: string): Promise<string> {
  requireKey(key)
  const path = join(root, key)
  const folder = dirname(path)
  if ((await realpath(folder)) !== folder) throw strangeFile(folder)
  return path
}

/** The same, its directories made (0700). */
export async function placeFor(root: string, key: string): Promise<string> {
  requireKey(key)
  let folder = root
  for (const part of key.split('/').slice(0, -1)) {
    folder = join(folder, part)
    await mkdir(folder, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error
    })
    if (!(await lstat(folder)).isDirectory()) throw strangeFile(folder)
  }
  return pathOf(root, key)
}
