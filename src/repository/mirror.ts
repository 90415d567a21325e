// Makes a second store hold what the first one holds: the same bytes under the same names.
import { KeepError } from '../core/error.ts'
import type { ObjectStore } from '../ports/object-store.ts'
import { type LinkKind, MANIFESTS, openLink, RECORDS } from './link.ts'
import type { Manifest } from './model.ts'
import { keysName, linkName } from './names.ts'
import { readStored } from './read-data.ts'
import { KEYS_LIMIT } from './keys-object.ts'
import { readWhole } from './read-object.ts'
import type { RepositoryRecord } from './record.ts'
import type { Trust } from './signing-key.ts'
import type { Snapshot } from './snapshot-state.ts'

export interface Mirroring {
  readonly from: ObjectStore
  readonly to: ObjectStore
  readonly trust: Trust
  readonly signal?: AbortSignal
}

async function namesIn(
  store: ObjectStore,
  prefix: string,
  signal?: AbortSignal,
): Promise<Set<string>> {
  const names = new Set<string>()
  try {
    for await (const { key } of store.list(prefix, signal)) names.add(key)
  } catch (thrown) {
    if (!(thrown instanceof KeepError) || thrown.code !== 'store.no-store') throw thrown
  }
  return names
}

/** Another that mirrors at the same time is no error: the bytes are the same. */
async function putOnce(
  { to, signal }: Mirroring,
  name: string,
  content: Uint8Array | AsyncIterable<Uint8Array>,
): Promise<void> {
  await to.put(name, content, signal ? { signal } : {}).catch((thrown: unknown) => {
    if (!(thrown instanceof KeepError) || thrown.kind !== 'conflict') throw thrown
  })
}

/** Copies the links that are good and not there; the names that were copied. */
async function mirrorLinks<T extends Manifest | RepositoryRecord>(
  kind: LinkKind<T>,
  numbers: readonly number[],
  mirroring: Mirroring,
): Promise<readonly string[]> {
  const { from, to, trust, signal } = mirroring
  const there = await namesIn(to, `${kind.folder}/`, signal)
  const copied: string[] = []
  for (const at of numbers) {
    const name = linkName(kind.folder, at)
    if (there.has(name)) continue
    const bytes = await readWhole(from, name, kind.limit, signal)
    if ('code' in openLink(kind, at, bytes, trust)) continue
    await putOnce(mirroring, name, bytes)
    copied.push(name)
  }
  return copied
}

/** Every record up to and with this one: manifests name the last, so a copy needs them first. */
export const mirrorRecords = (upTo: number, mirroring: Mirroring): Promise<readonly string[]> =>
  mirrorLinks(
    RECORDS,
    Array.from({ length: upTo }, (_, index) => index + 1),
    mirroring,
  )

async function mirrorSnapshot(
  { sequence, manifest, generations }: Snapshot,
  there: ReadonlySet<string>,
  mirroring: Mirroring,
): Promise<readonly string[]> {
  const { from, signal } = mirroring
  const options = signal ? { signal } : {}
  const copied: string[] = []
  const { object } = manifest.data
  if (!there.has(object)) {
    await putOnce(mirroring, object, readStored(from, manifest, options))
    copied.push(object)
  }
  for (const name of generations.map((one) => keysName(sequence, manifest.id, one)))
    if (!there.has(name)) {
      await putOnce(mirroring, name, await readWhole(from, name, KEYS_LIMIT, signal))
      copied.push(name)
    }
  return copied
}

export interface Mirrored {
  readonly copied: readonly string[]
  /** Of snapshots that were pruned in the first store. */
  readonly removed: readonly string[]
}

/** Data before the manifests that name it; what is changed in the first store is not copied, but thrown (`corrupt`). */
export async function mirrorAll(
  snapshots: readonly Snapshot[],
  records: readonly { readonly sequence: number }[],
  mirroring: Mirroring,
): Promise<Mirrored> {
  const { to, signal } = mirroring
  const there = new Set([
    ...(await namesIn(to, 'data/', signal)),
    ...(await namesIn(to, 'keys/', signal)),
  ])
  const copied: string[] = []
  for (const one of snapshots)
    if (!one.pruned && one.complete) copied.push(...(await mirrorSnapshot(one, there, mirroring)))
  copied.push(
    ...(await mirrorLinks(
      RECORDS,
      records.map(({ sequence }) => sequence),
      mirroring,
    )),
    ...(await mirrorLinks(
      MANIFESTS,
      snapshots.map(({ sequence }) => sequence),
      mirroring,
    )),
  )
  const gone = snapshots.filter(({ pruned }) => pruned).map(({ manifest }) => manifest)
  const ids = new Set(gone.map(({ data }) => data.object.slice('data/'.length)))
  const removed = [...there].filter((name) =>
    ids.has(name.replace(/^(data|keys)\//, '').split('.')[0] ?? ''),
  )
  for (const name of removed) await to.remove(name, signal)
  return { copied, removed }
}
