import { lstatSync, readFileSync, statfsSync, type Stats } from 'node:fs'
import { constants, lstat, open, readdir, stat } from 'node:fs/promises'
import { hostname } from 'node:os'
import { resolve } from 'node:path'
import { KeepError } from '../../core/error.ts'
import type { FileStatus, Host } from '../../ports/host.ts'
import { attempt } from './errors.ts'
import { place, type Place } from './inside-root.ts'
import { notAFile, openFile } from './open-file.ts'
import { readProcess } from './process.ts'

const FOUR_MIB = 4 * 1024 * 1024
const PROC_SUPER_MAGIC = 0x9fa0

const typeOf = (one: Stats): FileStatus['type'] => {
  if (one.isFile()) return 'file'
  if (one.isDirectory()) return 'directory'
  if (one.isSymbolicLink()) return 'symlink'
  return one.isSocket() ? 'socket' : 'other'
}

const status = (one: Stats): FileStatus => ({
  type: typeOf(one),
  mode: one.mode & 0o7777,
  uid: one.uid,
  gid: one.gid,
  inode: `${one.dev}:${one.ino}`,
  size: one.size,
})

/** Never blocks on a pipe or device, never reads more than `limit`. */
async function readWhole(physical: string, path: string, limit: number): Promise<Uint8Array> {
  const file = await open(physical, constants.O_RDONLY | constants.O_NONBLOCK)
  try {
    if (!(await file.stat()).isFile()) throw notAFile(path)
    const chunks: Buffer[] = []
    let size = 0
    for (;;) {
      const { bytesRead, buffer } = await file.read(Buffer.alloc(64 * 1024))
      if (bytesRead === 0) return Buffer.concat(chunks)
      size += bytesRead
      if (size > limit)
        throw new KeepError('unavailable', 'host.too-large', `${path} exceeds ${limit} bytes`, {
          hint: 'check that this is the file that was meant',
        })
      chunks.push(buffer.subarray(0, bytesRead))
    }
  } finally {
    await file.close()
  }
}

async function readPart(physical: string, offset: number, length: number): Promise<Uint8Array> {
  const file = await open(physical, constants.O_RDONLY | constants.O_NONBLOCK)
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(length), 0, length, offset)
    return buffer.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}

function nameOf(root: string): string {
  if (root === '') return hostname()
  try {
    const file = `${root}/etc/hostname`
    // Nothing but a small regular file: a link could lead out of the root, a pipe would block.
    const status = lstatSync(file)
    if (!status.isFile() || status.size > 4096) return root
    return readFileSync(file, 'utf8').trim().split('\n')[0] || root
  } catch {
    return root
  }
}

function isKernelProc(root: string): boolean {
  try {
    return statfsSync(`${root}/proc`).type === PROC_SUPER_MAGIC
  } catch {
    return false
  }
}

/** A Linux machine whose `/` lies at `root` here; links that lead out of it lead back inside, as in a chroot. */
export function linuxHost(options: { root?: string } = {}): Host {
  const root = resolve(options.root ?? '/').replace(/\/$/, '')
  const kernelProc = isKernelProc(root)
  const at = async <T>(
    path: string,
    use: (found: Place) => Promise<T>,
    followLast = true,
  ): Promise<T> =>
    attempt(path, async () => use(await place(path, { root, kernelProc, followLast })))
  const read: Host['read'] = (path, limit = FOUR_MIB) =>
    at(path, ({ physical }) => readWhole(physical, path, limit))
  return {
    name: nameOf(root),
    read,
    readAt: (path, offset, length) =>
      at(path, ({ physical }) => readPart(physical, offset, length)),
    open: (path) => at(path, ({ physical }) => openFile(physical, path)),
    list: (path) => at(path, async ({ physical }) => (await readdir(physical)).toSorted()),
    lstat: (path) => at(path, async ({ physical }) => status(await lstat(physical)), false),
    stat: (path) => at(path, async ({ physical }) => status(await stat(physical))),
    realpath: (path) =>
      at(path, async ({ logical, physical }) => {
        await lstat(physical)
        return logical
      }),
    pids: async () => {
      const names = await attempt('/proc', () => readdir(`${root}/proc`))
      return names
        .filter((name) => /^[1-9]\d*$/.test(name))
        .map(Number)
        .toSorted((a, b) => a - b)
    },
    process: (pid) => readProcess(pid, { root, kernelProc, read: (path) => read(path) }),
  }
}
