// One link of a chain: read, its signature checked, and its name held against its content.
import type { z } from 'zod'
import { KeepError } from '../core/error.ts'
import type { ObjectStore } from '../ports/object-store.ts'
import type { Manifest, Sha256, Tip } from './model.ts'
import { linkName, type Folder } from './names.ts'
import { type Problem, problem } from './problem.ts'
import { readWhole } from './read-object.ts'
import type { RepositoryRecord } from './record.ts'
import { firstIssue, manifestSchema, recordSchema } from './schemas.ts'
import { openObject, sha256, type Purpose } from './signed.ts'
import type { PublicKey, Trust } from './signing-key.ts'

interface Linked {
  readonly sequence: number
  readonly previous: Sha256 | null
}

export interface Link<T extends Linked> extends Tip {
  readonly object: string
  readonly signer: string
  readonly content: T
}

export interface LinkKind<T extends Linked> {
  readonly folder: Folder
  readonly purpose: Purpose
  readonly schema: z.ZodType<T>
  /** Bytes. */
  readonly limit: number
  readonly trusted: (trust: Trust) => readonly PublicKey[]
}

/** A manifest names each chunk's length: 16 MiB are enough for 2 TiB. */
export const MANIFESTS: LinkKind<Manifest> = {
  folder: 'manifests',
  purpose: 'manifest',
  schema: manifestSchema,
  limit: 16 << 20,
  trusted: (trust) => trust.snapshots,
}
export const RECORDS: LinkKind<RepositoryRecord> = {
  folder: 'records',
  purpose: 'record',
  schema: recordSchema,
  limit: 1 << 20,
  trusted: (trust) => trust.records,
}

/** Checks the bytes of one link: pure. */
export function openLink<T extends Linked>(
  kind: LinkKind<T>,
  at: number,
  bytes: Buffer,
  trust: Trust,
): Link<T> | Problem {
  const object = linkName(kind.folder, at)
  const about = { object, ...(kind.folder === 'manifests' && { sequence: at }) }
  const opened = openObject(kind.purpose, bytes, kind.trusted(trust))
  if ('problem' in opened) return problem(opened.problem, `${object}: ${opened.why}`, about)
  const read = kind.schema.safeParse(opened.content)
  if (!read.success)
    return problem('malformed', `${object}: signed, but ${firstIssue(read.error)}`, about)
  const content = read.data
  if (content.sequence !== at)
    return problem(
      'misplaced',
      `${object} is truly signed, but is ${linkName(kind.folder, content.sequence)}: it was copied or renamed`,
      about,
    )
  return { sequence: at, sha256: sha256(bytes), object, signer: opened.signer, content }
}

/** Undefined where there is no such object. Throws only where the store itself fails. */
export async function readLink<T extends Linked>(
  kind: LinkKind<T>,
  at: number,
  from: { readonly store: ObjectStore; readonly trust: Trust; readonly signal?: AbortSignal },
): Promise<Link<T> | Problem | undefined> {
  const object = linkName(kind.folder, at)
  try {
    return openLink(
      kind,
      at,
      await readWhole(from.store, object, kind.limit, from.signal),
      from.trust,
    )
  } catch (thrown) {
    if (!(thrown instanceof KeepError)) throw thrown
    if (thrown.kind === 'not-found') return undefined
    if (thrown.kind !== 'corrupt') throw thrown
    const about = { object, ...(kind.folder === 'manifests' && { sequence: at }) }
    const code = thrown.code === 'repository.too-large' ? 'too-large' : 'malformed'
    return problem(code, thrown.message, about)
  }
}
