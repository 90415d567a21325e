// Finds what lies beside the files that matter: forgotten keys, copies of databases.
import { posix } from 'node:path'
import type { FileStatus, Host } from '../../ports/host.ts'
import { cachedSource } from '../../snapshot/byte-source.ts'
import { BoltTree } from '../../snapshot/bolt-tree.ts'
import { isBboltHead } from './recognise-content.ts'

/** A directory with more entries is no place for keys; reading it all would take long. */
const MOST_ENTRIES = 2000
const LARGEST_KEY_FILE = 1 << 20
const SYSTEM = /^\/(?:$|proc|sys|dev|bin|sbin|lib|lib64|usr)(?:\/|$)/

export interface Beside {
  readonly path: string
  /** The file or directory that brought us here. */
  readonly next: string
}

interface Entry {
  readonly path: string
  readonly status: FileStatus
}

async function entries(host: Host, directory: string): Promise<readonly Entry[]> {
  const names = await host.list(directory).catch(() => [])
  if (names.length > MOST_ENTRIES) return []
  const found: Entry[] = []
  for (const name of [...names].toSorted((a, b) => (a < b ? -1 : 1))) {
    const path = posix.join(directory, name)
    const status = await host.stat(path).catch(() => undefined)
    if (status) found.push({ path, status })
  }
  return found
}

/** Kubernetes keeps its client credentials here, and its keys below; they matter as soon as anything else of it does. */
const KUBERNETES = '/etc/kubernetes'

async function keyCandidates(host: Host, files: readonly string[]): Promise<readonly Beside[]> {
  const places = new Map<string, string>()
  const put = (path: string, next: string) => {
    if (!SYSTEM.test(path) && !places.has(path)) places.set(path, next)
  }
  for (const file of files) {
    put(posix.dirname(file), file)
    const real = await host.realpath(file).catch(() => file)
    put(posix.dirname(real), file)
    if (!file.startsWith(`${KUBERNETES}/`)) continue
    put(KUBERNETES, file)
    put(`${KUBERNETES}/pki`, file)
  }
  const found: Beside[] = []
  for (const [directory, next] of places)
    for (const { path, status } of await entries(host, directory))
      if (status.type === 'file' && status.size > 0 && status.size <= LARGEST_KEY_FILE)
        found.push({ path, next })
  return found
}

/** Directories in which copies of the database are usually left. */
async function backupPlaces(host: Host, dataDirectory: string): Promise<readonly string[]> {
  const parent = posix.dirname(dataDirectory)
  const status = await host.stat(parent).catch(() => undefined)
  // A directory that everybody may write to (/tmp) says nothing about this member.
  if (!status || SYSTEM.test(parent) || (status.mode & 0o002) !== 0) return [dataDirectory]
  const children = await entries(host, parent)
  const backups = children.filter(
    ({ path, status }) => status.type === 'directory' && /backup|snap/i.test(posix.basename(path)),
  )
  return [dataDirectory, parent, ...backups.map((one) => one.path)]
}

async function databasesIn(host: Host, directory: string): Promise<readonly string[]> {
  const found: string[] = []
  for (const { path, status } of await entries(host, directory)) {
    if (status.type !== 'file' || status.size < 8192) continue
    const head = await host.readAt(path, 0, 64).catch(() => new Uint8Array())
    if (isBboltHead(head)) found.push(path)
  }
  return found
}

async function databaseCopies(host: Host, dataDirectory: string): Promise<readonly Beside[]> {
  const found: Beside[] = []
  for (const directory of await backupPlaces(host, dataDirectory))
    for (const path of await databasesIn(host, directory)) found.push({ path, next: dataDirectory })
  return found
}

/** Where scripts and guides put snapshots, and one folder below that is named for etcd or for what it holds. */
const USUAL_PLACES = [
  '/backup',
  '/backups',
  '/etc/kubernetes/backup',
  '/opt/backup',
  '/opt/etcd-backup',
  '/srv/backup',
  '/var/backups',
  '/var/lib/etcd-backup',
  '/var/lib/etcd-backups',
]

/** Other programs keep bbolt files too: away from a data directory it must be one of etcd's. */
async function isEtcds(host: Host, path: string): Promise<boolean> {
  try {
    const { size } = await host.stat(path)
    const source = cachedSource(size, (offset, length) => host.readAt(path, offset, length))
    const tree = await BoltTree.open(source)
    return (await tree.bucket('key')) !== undefined && (await tree.bucket('meta')) !== undefined
  } catch {
    return false
  }
}

async function usualCopies(host: Host): Promise<readonly Beside[]> {
  const found: Beside[] = []
  for (const place of USUAL_PLACES) {
    const below = (await entries(host, place)).filter(
      ({ path, status }) =>
        status.type === 'directory' && /etcd|backup|snap/i.test(posix.basename(path)),
    )
    for (const directory of [place, ...below.map((one) => one.path)])
      for (const path of await databasesIn(host, directory))
        if (await isEtcds(host, path)) found.push({ path, next: place })
  }
  return found
}

/** Files beside the given ones that are worth a look, each once. */
export async function filesBeside(
  host: Host,
  near: { readonly files: readonly string[]; readonly dataDirectories: readonly string[] },
): Promise<readonly Beside[]> {
  const keys = await keyCandidates(host, near.files)
  const copies: Beside[] = []
  for (const directory of new Set(near.dataDirectories))
    copies.push(...(await databaseCopies(host, directory)))
  if (near.dataDirectories.length > 0) copies.push(...(await usualCopies(host)))
  const seen = new Map([...keys, ...copies.toReversed()].map((one) => [one.path, one]))
  return [...seen.values()]
}
