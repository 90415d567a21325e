// Where a repository lies: on a disk of this machine, or somewhere that survives it.
import { fileURLToPath } from 'node:url'
import { resolve } from 'node:path'
import { known, missing, type Fact } from '../../core/fact.ts'
import type { Host } from '../../ports/host.ts'
import type { BackupPlace } from '../facts/backups.ts'
import { diskUnder } from './disk.ts'

/** File systems that another machine serves. */
const SERVED =
  /^(nfs4?|cifs|smb3|smbfs|ceph|afs|glusterfs|lustre|gpfs|beegfs|fuse\.(sshfs|s3fs|rclone|glusterfs|ceph.*|juicefs|goofys|gcsfuse|mount-s3))$/
const LOOPBACK = /^(localhost|127\.[\d.]+|\[::1\])$/

/** The directory that a location names; undefined for a bucket. */
export function directoryOf(location: string): string | undefined {
  if (location.startsWith('file://')) return fileURLToPath(location)
  return /^[a-z][a-z0-9+.-]*:/i.test(location) ? undefined : resolve(location)
}

async function onDisk(host: Host, path: string): Promise<BackupPlace> {
  const disk = await diskUnder(host, path)
  if (!disk.known) return { what: `directory ${path}`, local: disk }
  const { fsType } = disk.value
  const local: Fact<boolean> =
    fsType.startsWith('fuse') && !SERVED.test(fsType)
      ? missing(`what stands behind ${fsType} at ${path} cannot be seen from here`)
      : known(!SERVED.test(fsType))
  return { what: `directory ${path} on ${fsType}`, local }
}

/** Never throws. */
export async function backupPlace(host: Host, location: string): Promise<BackupPlace> {
  const directory = directoryOf(location)
  if (directory !== undefined) return onDisk(host, directory)
  const endpoint = URL.parse(location)?.searchParams.get('endpoint') ?? undefined
  if (endpoint === undefined) return { what: 'an S3 store of AWS', local: known(false) }
  const { hostname = '', host: address = '' } = URL.parse(endpoint) ?? {}
  return {
    what: `an S3 store at ${address}`,
    host: hostname,
    local: LOOPBACK.test(hostname)
      ? missing(`where ${address} leads cannot be seen from here`, 'the real address of the store')
      : known(false),
  }
}
