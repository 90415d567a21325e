// Every file that the launches depend on, and what lies beside those files and should not.
import { posix } from 'node:path'
import { setting, type Launch } from '../../effective/model.ts'
import type { Host } from '../../ports/host.ts'
import type { FileFacts, FileRole, ManifestDirectory } from '../facts/files.ts'
import { fileReferences, pathOnHost, type FileReference } from './file-references.ts'
import { filesBeside } from './files-beside.ts'
import { lookAtFile, type LookedAt } from './look-at-file.ts'
import { trustedOwners } from './trusted-owners.ts'

async function workingDirectory(host: Host, launch: Launch): Promise<string | undefined> {
  if (launch.pid === undefined) return undefined
  return (await host.process(launch.pid).catch(() => undefined))?.workingDirectory
}

/** What a file is by what it holds, where that says more than the flag that names it. */
function roleOf(seen: LookedAt): FileRole {
  if (['certificate', 'ca-certificate', 'crl', 'config', 'stray'].includes(seen.role)) {
    if (seen.recognised.privateKey) return 'private-key'
    if (seen.role !== 'stray') return seen.role
    if (seen.holds.includes('EncryptionConfiguration')) return 'encryption-config'
    if (seen.holds.includes('bbolt database')) return 'snapshot'
    if (seen.holds.some((form) => ['client-key-data', 'bearer token'].includes(form)))
      return 'kubeconfig'
  }
  return seen.role
}

/** Two names of one file are one file: the first name stays, the stricter role wins. */
class FilesByInode {
  readonly #seen = new Map<string, FileFacts>()

  add({ recognised, ...seen }: LookedAt, owners: readonly number[]): void {
    const role = roleOf({ ...seen, recognised })
    const key = seen.real.known ? seen.real.value.inode : seen.path
    const before = this.#seen.get(key)
    const referencedBy = [...new Set([...(before?.referencedBy ?? []), ...seen.referencedBy])]
    const together = [...new Set([...(before?.owners ?? []), ...owners])].toSorted((a, b) => a - b)
    const strict = role === 'private-key' || before === undefined
    const above = new Map(
      [...(before?.parents ?? []), ...seen.parents].map((one) => [one.path, one]),
    )
    this.#seen.set(key, {
      ...(before ?? seen),
      role: strict ? role : before.role,
      referencedBy,
      owners: together,
      parents: [...above.values()],
    })
  }

  all(): FileFacts[] {
    return [...this.#seen.values()]
  }
}

const manifestEntries = (directories: readonly ManifestDirectory[]) =>
  directories.flatMap(({ path, entries }) =>
    entries
      .filter((entry) => entry.read && entry.program !== undefined)
      .map((entry) => posix.join(path, entry.name)),
  )

async function references(host: Host, launches: readonly Launch[]) {
  const found: FileReference[] = []
  for (const launch of launches)
    found.push(...fileReferences(launch, await workingDirectory(host, launch)))
  return found
}

/**
 * Files named by the launches and the manifests themselves, and beside them whatever holds a private key, encryption
 * keys, client credentials or a copy of a database. One entry per real file, in order of path. POSIX ACLs are not read.
 */
export async function fileFacts(
  host: Host,
  launches: readonly Launch[],
  manifestDirectories: readonly ManifestDirectory[] = [],
): Promise<readonly FileFacts[]> {
  const files = new FilesByInode()
  const owners = await trustedOwners(host, launches)
  const named = await references(host, launches)
  for (const { path, role, by, launch } of named)
    files.add(await lookAtFile(host, path, role, [by]), owners(launch))
  for (const path of manifestEntries(manifestDirectories))
    files.add(await lookAtFile(host, path, 'manifest', [`in ${posix.dirname(path)}`]), owners())
  const data = await Promise.all(launches.map((launch) => dataDirectories(host, launch)))
  const beside = await filesBeside(host, {
    files: named.map((one) => one.path),
    dataDirectories: data.flatMap((one) => one.data ?? []),
  })
  for (const { path, next } of beside) {
    const seen = await lookAtFile(host, path, 'stray', [`next to ${next}`])
    if (roleOf(seen) !== 'stray') files.add(seen, owners())
  }
  return files.all().toSorted((a, b) => (a.path < b.path ? -1 : 1))
}

async function dataDirectories(host: Host, launch: Launch) {
  const directory = await workingDirectory(host, launch)
  const on = (flag: string) => {
    const path = launch.program === 'etcd' ? setting(launch, flag) : undefined
    return path === undefined ? undefined : pathOnHost(launch, path, directory)
  }
  return { data: on('data-dir'), wal: on('wal-dir') }
}

/** The member's data directory, and its WAL directory where that lies elsewhere. */
export async function directoryFacts(
  host: Host,
  launch: Launch,
): Promise<{ data?: FileFacts; wal?: FileFacts }> {
  const { data, wal } = await dataDirectories(host, launch)
  const owners = (await trustedOwners(host, [launch]))(launch)
  const look = async (path: string, role: FileRole, flag: string): Promise<FileFacts> => {
    const { recognised: _, ...seen } = await lookAtFile(host, path, role, [
      `${launch.name} --${flag}`,
    ])
    return { ...seen, owners }
  }
  const apart = wal !== undefined && (data === undefined || !`${wal}/`.startsWith(`${data}/`))
  return {
    ...(data !== undefined && { data: await look(data, 'data-directory', 'data-dir') }),
    ...(apart && { wal: await look(wal, 'wal-directory', 'wal-dir') }),
  }
}
