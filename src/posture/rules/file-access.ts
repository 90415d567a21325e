// Who can read or replace a file, judged by numbers: names of users mean nothing across containers.
import { valueOf } from '../../core/fact.ts'
import type { Evidence } from '../../core/finding.ts'
import type { FileFacts, FileMode } from '../facts/files.ts'

export const octal = (mode: number): string => mode.toString(8).padStart(4, '0')

const STICKY = 0o1000

const ownersOf = (file: FileFacts): readonly number[] => file.owners ?? [0]

/** A group that holds nobody but root or the file's own users (user private groups) adds nobody. */
const addsNobody = (gid: number, owners: readonly number[]) => gid === 0 || owners.includes(gid)

/** Why somebody else can put another file in its place, or undefined. */
function hole(directory: FileMode, owners: readonly number[]): string | undefined {
  if (!owners.includes(directory.uid) && directory.uid !== 0)
    return `belongs to uid ${directory.uid}`
  if ((directory.mode & STICKY) !== 0) return undefined
  if ((directory.mode & 0o002) !== 0) return 'is writable by everybody'
  if ((directory.mode & 0o020) !== 0 && !addsNobody(directory.gid, owners))
    return `is writable by group ${directory.gid}`
  return undefined
}

/** The directories above a file through which somebody else can replace it, each with the reason. */
export const holesAbove = (file: FileFacts): readonly Evidence[] =>
  file.parents.flatMap((directory) => {
    const why = hole(directory, ownersOf(file))
    return why === undefined
      ? []
      : [
          {
            source: `directory ${directory.path}`,
            observed: `mode ${octal(directory.mode)}, ${why}`,
            layer: 'running' as const,
          },
        ]
  })

/** Whether the file's owner is one of those that may own it. */
export function ownerWrong(file: FileFacts): boolean {
  const real = valueOf(file.real)
  return real !== undefined && !ownersOf(file).includes(real.uid)
}

/** What `stat` said: the file system itself is the running truth. */
export function modeEvidence(file: FileFacts): Evidence {
  const real = valueOf(file.real)
  const where = real && real.path !== file.path ? ` (behind a link: ${real.path})` : ''
  const what = real ? `mode ${octal(real.mode)} uid ${real.uid} gid ${real.gid}` : 'not seen'
  return { source: `file ${file.path}${where}`, observed: what, layer: 'running' }
}
