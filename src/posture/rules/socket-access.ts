// Who may connect to a Unix socket, by the modes of the file and of the directories above it.
import type { Evidence } from '../../core/finding.ts'
import type { SocketFile } from '../facts/probes.ts'
import { octal } from './file-access.ts'

/** Whether users other than root and the socket's owner can connect; a group of root's or the owner's own adds nobody. */
export function openToOthers({ mode, gid, uid, parents }: SocketFile): boolean {
  const passable = (bit: number) => parents.every((one) => (one.mode & bit) !== 0)
  if ((mode & 0o002) !== 0 && passable(0o001)) return true
  return (mode & 0o020) !== 0 && gid !== 0 && gid !== uid && passable(0o011)
}

export const socketEvidence = ({ path, mode, uid, gid }: SocketFile): Evidence => ({
  source: `socket ${path}`,
  observed: `mode ${octal(mode)} uid ${uid} gid ${gid}`,
  layer: 'running',
})
