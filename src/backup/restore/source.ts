// The database of a snapshot, from wherever it is kept: read as often as needed, its bytes proven each time.
import { createHash } from 'node:crypto'
import { KeepError } from '../../core/error.ts'
import type { Host } from '../../ports/host.ts'
import { type Opening, openSnapshot } from '../../repository/open-snapshot.ts'
import type { Snapshot } from '../../repository/snapshot-state.ts'
import { readThrough } from '../../snapshot/read-through.ts'
import { Survey } from '../../snapshot/survey.ts'
import type { SurveyResult } from '../../snapshot/survey/result.ts'
import type { SnapshotContent, SourceName } from './model.ts'

const DIGEST = 32
const SECTOR = 512

export interface RestoreSource {
  readonly name: SourceName
  /** Whether something vouches for every byte: a trailing SHA-256, or a signed manifest. */
  readonly proven: boolean
  readonly length: number
  /** The etcd that the snapshot was taken of, where that is told. */
  readonly etcd?: string
  /** The database without etcd's trailing SHA-256; throws `corrupt` at the end where a byte is wrong. */
  read(signal: AbortSignal): AsyncIterable<Buffer>
}

const corrupt = (path: string) =>
  new KeepError(
    'corrupt',
    'restore.wrong-hash',
    `${path}: its SHA-256 does not match: bytes were changed after it was saved`,
    { hint: 'take another snapshot; nothing was changed' },
  )

/** A file of `snapshot save`, or a copy of a database. */
export async function fileSource(host: Host, path: string): Promise<RestoreSource> {
  const { size } = await host.stat(path)
  const proven = size % SECTOR === DIGEST
  const length = proven ? size - DIGEST : size
  return {
    name: { kind: 'file', path },
    proven,
    length,
    async *read(signal) {
      const file = await host.open(path)
      try {
        const hash = createHash('sha256')
        for await (const piece of readThrough(file, length, signal)) {
          hash.update(piece)
          yield piece
        }
        if (!proven) return
        const trailer = Buffer.alloc(DIGEST)
        await file.read(trailer, length)
        if (!hash.digest().equals(trailer)) throw corrupt(path)
      } finally {
        await file.close()
      }
    },
  }
}

export function repositorySource(opening: Opening, snapshot: Snapshot): RestoreSource {
  const { sequence, manifest } = snapshot
  const { id, created, plain, source } = manifest
  return {
    name: { kind: 'repository', place: opening.store.name, sequence, id, created },
    proven: true,
    length: plain.length,
    etcd: source.etcd,
    read: (signal) => openSnapshot(opening, snapshot, { signal }),
  }
}

export interface ReadSource {
  readonly content: SnapshotContent
  readonly survey: SurveyResult
}

/** Reads all of it; every page in use is looked at. Throws `corrupt`. */
export async function readSource(
  source: RestoreSource,
  signal: AbortSignal,
  passed: (bytes: number, total: number) => void,
): Promise<ReadSource> {
  const survey = new Survey({ length: source.length, hash: false })
  const hash = createHash('sha256')
  for await (const piece of source.read(signal)) {
    hash.update(piece)
    survey.write(piece)
    passed(piece.length, source.length)
  }
  const found = survey.finish()
  const sha256 = hash.digest('hex')
  return { survey: found, content: contentOf(found, sha256, source) }
}

function contentOf(
  found: SurveyResult,
  sha256: string,
  { proven, length }: RestoreSource,
): SnapshotContent {
  const { revisions, leases, alarms, authEnabled, encryptionKeys } = found.contents
  // Where there are too many rows to count by prefix, hardly anything but Kubernetes wrote them.
  const kubernetes =
    found.prefixes?.some(({ prefix }) => prefix.toString().startsWith('/registry/')) ?? true
  return {
    length,
    sha256,
    proven,
    revision: found.revision.toString(),
    revisions,
    ...(found.keys !== undefined && { keys: found.keys }),
    kubernetes,
    leases,
    alarms,
    authEnabled,
    users: found.auth.users.map(({ name }) => name),
    encryptionKeys,
    ...(found.clusterVersion !== undefined && { clusterVersion: found.clusterVersion }),
    members: found.members.map(({ name }) => name),
  }
}
