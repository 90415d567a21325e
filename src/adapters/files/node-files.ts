import { randomBytes } from 'node:crypto'
import * as fs from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { KeepError } from '../../core/error.ts'
import type { Files } from '../../ports/files.ts'
import { fileError } from './errors.ts'
import { holdFile } from './hold-file.ts'

async function syncDirectory(path: string): Promise<void> {
  const handle = await fs.open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** A rename would put a file in the place of a device, a pipe or a directory, `/dev/stdout` among them. */
async function refuseSpecial(path: string): Promise<void> {
  const there = await fs.stat(path).catch(() => undefined)
  if (there && !there.isFile())
    throw new KeepError('conflict', 'files.not-a-file', `${path} is not a regular file`, {
      hint: 'name a regular file, or one that does not exist',
    })
}

const writeAtomic: Files['write'] = async (path, content, { mode, owner }) => {
  await refuseSpecial(path)
  // A leading dot: neither the kubelet nor anything else that reads a directory takes a half-written file.
  const fresh = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}`)
  const handle = await fs.open(fresh, 'wx', 0o600)
  try {
    try {
      await handle.writeFile(content)
      if (owner) await handle.chown(owner.uid, owner.gid)
      await handle.chmod(mode) // not cut by the umask, and after chown, which clears setuid
      await handle.sync()
    } finally {
      await handle.close()
    }
    await fs.rename(fresh, path)
  } catch (error) {
    await fs.rm(fresh, { force: true })
    throw error
  }
  await syncDirectory(dirname(path))
}

/** The temporary name that `writeAtomic` gives: the name that was meant. */
const meant = (name: string): string | undefined => /^\.(.+)\.[0-9a-f]{12}$/.exec(name)?.[1]

async function removeLeftovers(paths: readonly string[]): Promise<void> {
  const wanted = new Set(paths)
  for (const directory of new Set(paths.map((path) => dirname(path)))) {
    // A directory that is not there yet holds nothing.
    const names = await fs.readdir(directory).catch(() => [])
    for (const name of names)
      if (wanted.has(join(directory, meant(name) ?? ''))) await fs.rm(join(directory, name))
  }
}

async function makeDirectory(path: string, mode = 0o700): Promise<void> {
  const first = await fs.mkdir(path, { recursive: true, mode })
  if (first === undefined) return
  // mkdir's mode is cut by the umask.
  for (let made = path; made.length >= first.length; made = dirname(made))
    await fs.chmod(made, mode)
}

/** `TMPFS_MAGIC` of linux/magic.h. */
const TMPFS = 0x0102_1994

async function room(path: string): Promise<{ bytes: number; memory: boolean }> {
  const { type, bsize, bavail } = await fs.statfs(path)
  return { bytes: bsize * bavail, memory: type === TMPFS }
}

/** Runs one operation; what it throws becomes a KeepError that names the path. */
const naming =
  <A extends [string, ...never[]], R>(work: (...args: A) => Promise<R>) =>
  async (...args: A): Promise<R> => {
    try {
      return await work(...args)
    } catch (error) {
      throw fileError(error, args[0])
    }
  }

export const nodeFiles = (): Files => ({
  write: naming(writeAtomic),
  async removeLeftovers(paths) {
    await removeLeftovers(paths).catch((error: unknown) => {
      throw fileError(error, dirname(paths[0] ?? ''))
    })
  },
  hold: naming(holdFile),
  makeDirectory: naming(makeDirectory),
  makeTemporaryDirectory: naming((prefix: string) => fs.mkdtemp(join(tmpdir(), prefix))),
  room: naming(room),
  remove: naming((path: string) => fs.rm(path, { recursive: true, force: true, maxRetries: 3 })),
  rename: naming(async (from: string, to: string) => {
    await fs.rename(from, to)
    await syncDirectory(dirname(to))
  }),
  symlink: naming((target: string, path: string) => fs.symlink(target, path)),
  chmod: naming((path: string, mode: number) => fs.chmod(path, mode)),
  chown: naming((path: string, { uid, gid }: { uid: number; gid: number }) =>
    fs.chown(path, uid, gid),
  ),
})
