// Looks through database files for Secrets in the clear that encryption has left behind.
import { posix } from 'node:path'
import { KeepError, messageOf } from '../../core/error.ts'
import { known, missing, type Fact } from '../../core/fact.ts'
import { hostPath, setting, type Launch } from '../../effective/model.ts'
import { storedAs } from '../../encryption/rules/stored-row.ts'
import type { Host } from '../../ports/host.ts'
import { cachedSource } from '../../snapshot/byte-source.ts'
import { readMeta } from '../../snapshot/meta-page.ts'
import { readRemnants } from '../../snapshot/remnants.ts'
import type { KeyspaceFacts, Remnants } from '../facts/keyspace.ts'

const MARK = '/secrets/'
/** `/registry/secrets/default/token`, below whatever prefix. */
const SECRET = /^\/(?:[^/]+\/)*?secrets\/[^/]+\/[^/]+$/

/** Reading more of a member's own file would hold up the check of a living host. */
const LARGEST = 256 * 1024 * 1024

async function remnantsIn(
  host: Host,
  path: string,
  source: string,
  signal: AbortSignal,
): Promise<Remnants> {
  const { size } = await host.stat(path)
  const open = () => cachedSource(size, (offset, length) => host.readAt(path, offset, length))
  const counts = { old: 0, free: 0 }
  let example: string | undefined
  const count = (layer: 'old' | 'free') => (key: Buffer, head: Buffer) => {
    const name = key.toString('utf8')
    if (!SECRET.test(name) || storedAs(head).provider !== 'plaintext') return
    counts[layer] += 1
    if (example === undefined || name < example) example = name
  }
  const visit = { old: count('old'), free: count('free') }
  const transaction = await readRemnants(open(), MARK, visit, signal)
  // Rows may have moved from where nobody had looked yet to where somebody had.
  if (example === undefined && (await readMeta(open())).transaction !== transaction)
    throw new KeepError('unavailable', 'snapshot.changing', 'it changed while it was read', {
      hint: FILE,
    })
  return {
    source,
    oldRevisions: counts.old,
    freePages: counts.free,
    ...(example !== undefined && { example }),
  }
}

export interface DatabaseFile {
  readonly path: string
  /** `snapshot /backup/etcd.db` */
  readonly name: string
  /** In bytes; no limit where left out. */
  readonly most?: number
}

/** Of a member that runs here: its file changes while it is read, and then nothing is said of it. */
export function databaseOf(launch: Launch): readonly DatabaseFile[] {
  const directory = setting(launch, 'data-dir')
  if (directory === undefined || !posix.isAbsolute(directory)) return []
  const path = posix.join(hostPath(launch, directory), 'member/snap/db')
  return [{ path, name: `database ${path}`, most: LARGEST }]
}

/** Only encrypted Secrets leave something behind; a file that cannot be read leaves the whole unknown. */
export async function withRemnants(
  host: Host,
  keyspace: Fact<KeyspaceFacts>,
  files: readonly DatabaseFile[],
  signal: AbortSignal,
): Promise<Fact<KeyspaceFacts>> {
  if (!keyspace.known || files.length === 0) return keyspace
  const stored = keyspace.value.resources.find((one) => one.resource === 'secrets')?.stored ?? []
  if (stored.length === 0 || stored.some((one) => one.provider === 'plaintext')) return keyspace
  const found: Remnants[] = []
  for (const { path, name, most = Infinity } of files) {
    try {
      const { size } = await host.stat(path)
      if (size > most) return beside(keyspace.value, missing(`${path} is large`, FILE))
      found.push(await remnantsIn(host, path, name, signal))
    } catch (thrown) {
      if (signal.aborted || !(thrown instanceof KeepError)) throw thrown
      return beside(keyspace.value, missing(`${name}: ${messageOf(thrown)}`, FILE))
    }
  }
  return beside(keyspace.value, known(found))
}

const FILE = 'a snapshot of the member: --snapshot FILE'
const beside = (
  keyspace: KeyspaceFacts,
  remnants: NonNullable<KeyspaceFacts['remnants']>,
): Fact<KeyspaceFacts> => known({ ...keyspace, remnants })
