import { posix } from 'node:path'
import { KeepError, messageOf } from '../../core/error.ts'
import { known, missing, type Fact } from '../../core/fact.ts'
import type { FileStatus, Host } from '../../ports/host.ts'
import type { FileFacts, FileMode, FileRole } from '../facts/files.ts'
import { recogniseContent, type Recognised } from './recognise-content.ts'

/** Larger files hold no key that a program would load. */
const LARGEST = 1 << 20

const modeOf = ({ mode, uid, gid, type, inode }: FileStatus): FileMode => ({
  mode,
  uid,
  gid,
  type,
  inode,
})

/** Why something could not be looked at, as a fact. */
export function notSeen(path: string, thrown: unknown): Fact<never> {
  const kind = thrown instanceof KeepError ? thrown.kind : undefined
  if (kind === 'not-found') return missing(`${path} does not exist`)
  if (kind === 'denied') return missing(`${path} may not be read`, 'run as root on this host')
  return missing(`${path}: ${messageOf(thrown)}`)
}

const above = (path: string): string[] => {
  const directories: string[] = []
  for (let at = posix.dirname(path); ; at = posix.dirname(at)) {
    directories.push(at)
    if (at === posix.dirname(at)) return directories
  }
}

/** Every directory that decides who can replace the file: those above it and those above the link to it. */
async function directoriesAbove(host: Host, paths: readonly string[]) {
  const seen: (FileMode & { path: string })[] = []
  for (const path of new Set(paths.flatMap(above))) {
    const status = await host.lstat(path).catch(() => undefined)
    if (status?.type === 'directory') seen.push({ path, ...modeOf(status) })
  }
  return seen
}

async function content(host: Host, path: string, status: FileStatus): Promise<Recognised> {
  const nothing = { holds: [], privateKey: false, encrypted: false }
  if (status.type !== 'file') return nothing
  try {
    if (status.size <= LARGEST) return recogniseContent(await host.read(path, LARGEST))
    return recogniseContent(await host.readAt(path, 0, 4096))
  } catch {
    // The mode is judged all the same.
    return nothing
  }
}

export interface LookedAt extends FileFacts {
  readonly recognised: Recognised
}

/** One path: the file behind it, the directories above it, what it holds. Never throws. */
export async function lookAtFile(
  host: Host,
  path: string,
  role: FileRole,
  by: readonly string[],
): Promise<LookedAt> {
  const about = { path, role, referencedBy: by }
  try {
    const [real, status] = await Promise.all([host.realpath(path), host.stat(path)])
    const recognised = await content(host, path, status)
    return {
      ...about,
      real: known({ path: real, ...modeOf(status) }),
      parents: await directoriesAbove(host, [real, path]),
      holds: recognised.holds,
      ...(recognised.privateKey && { encrypted: recognised.encrypted }),
      bytes: status.size,
      recognised,
    }
  } catch (thrown) {
    const recognised = { holds: [], privateKey: false, encrypted: false }
    return { ...about, real: notSeen(path, thrown), parents: [], holds: [], recognised }
  }
}
