// A snapshot on its way into a repository: its names, its keys, and at the end the manifest that records it.
import { randomBytes } from 'node:crypto'
import { KeepError } from '../core/error.ts'
import { PRODUCT } from '../core/product.ts'
import { Secret } from '../core/secret.ts'
import type { KeyWrapper } from '../ports/key-service.ts'
import type { ObjectStore, PutOptions } from '../ports/object-store.ts'
import { commitmentOf, sealKeys } from './keys-object.ts'
import type { Manifest, Tip } from './model.ts'
import { dataName, linkName } from './names.ts'
import type { Place } from './next-place.ts'
import { readWhole } from './read-object.ts'
import { manifestSchema } from './schemas.ts'
import { sealObject, sha256 } from './signed.ts'
import type { Signer } from './signing-key.ts'

export interface Draft {
  readonly place: Place
  /** 128 random bits, hex. */
  readonly id: string
  /** 16 bytes; with the data key, all that the chunk cipher takes. */
  readonly nonce: Buffer
  readonly dataKey: Secret<Uint8Array>
  /** Where the sealed chunks go. */
  readonly dataObject: string
}

/** Fresh names and keys for a snapshot at this place; nothing is written yet. */
export function draftSnapshot(place: Place): Draft {
  const id = randomBytes(16).toString('hex')
  return {
    place,
    id,
    nonce: randomBytes(16),
    dataKey: new Secret<Uint8Array>(randomBytes(32)),
    dataObject: dataName(place.sequence, id),
  }
}

export interface Wrapped {
  readonly bytes: Buffer
  /** For the manifest; `object` is where the bytes go. */
  readonly keys: Manifest['keys']
}

/** The data key wrapped for every recipient: each alone can open it. Throws `usage` for none. */
export async function wrapDraft(
  { place, id, dataKey }: Draft,
  wrappers: readonly KeyWrapper[],
  signer: Signer,
  signal?: AbortSignal,
): Promise<Wrapped> {
  if (wrappers.length === 0)
    throw new KeepError('usage', 'snapshot.no-recipient', 'nobody could read the snapshot', {
      hint: 'name a recipient: --recipient age1…',
    })
  const wraps = await Promise.all(wrappers.map((one) => one.wrap(dataKey, signal)))
  const sealed = sealKeys({ sequence: place.sequence, id }, wraps, signer)
  return {
    bytes: sealed.bytes,
    keys: {
      object: sealed.name,
      sha256: sealed.sha256,
      recipients: wraps.map(({ service, key }) => ({ service, key })),
    },
  }
}

/** What the saver has seen; the rest of the manifest comes from the draft. */
export type Seen = Omit<
  Manifest,
  'format' | 'sequence' | 'previous' | 'records' | 'id' | 'tool' | 'sealing' | 'data'
> & { readonly data: Omit<Manifest['data'], 'object'> }

export interface SealedManifest extends Tip {
  readonly object: string
  readonly manifest: Manifest
  readonly bytes: Buffer
}

/** Throws `bug` for what no reader would take. */
export function sealManifest(draft: Draft, seen: Seen, signer: Signer): SealedManifest {
  const { place, id } = draft
  const manifest: Manifest = {
    format: 'etcdkeep.snapshot/v1',
    sequence: place.sequence,
    previous: place.previous?.sha256 ?? null,
    records: place.records,
    id,
    tool: `${PRODUCT.name} ${PRODUCT.version}`,
    ...seen,
    data: { object: draft.dataObject, ...seen.data },
    sealing: {
      suite: 'zstd-1MiB/AES-256-GCM',
      nonce: draft.nonce.toString('hex'),
      commitment: commitmentOf(draft.dataKey),
    },
  }
  const wrong = manifestSchema.safeParse(manifest).error
  if (wrong)
    throw new KeepError(
      'bug',
      'repository.manifest',
      `the manifest would be wrong: ${wrong.message}`,
    )
  const bytes = sealObject('manifest', manifest, signer)
  return {
    sequence: place.sequence,
    sha256: sha256(bytes),
    object: linkName('manifests', place.sequence),
    manifest,
    bytes,
  }
}

/** What stands under the name by now; undefined where nothing does, or nobody can say. */
const there = (store: ObjectStore, object: string, limit: number): Promise<Buffer | undefined> =>
  readWhole(store, object, limit).catch(() => undefined)

/**
 * The last step of a save: from here on the snapshot exists. Throws `conflict` (`repository.lost-race`) where another
 * writer took the place: then, and only then, may data and keys be removed again. After any other error the manifest may
 * still come to stand there, as after a time-out.
 */
export async function recordSnapshot(
  store: ObjectStore,
  { object, bytes }: SealedManifest,
  options: PutOptions = {},
): Promise<void> {
  try {
    await store.put(object, bytes, options)
  } catch (thrown) {
    // An answer that was lost on its way is no failure.
    const now = await there(store, object, bytes.length)
    if (now?.equals(bytes) === true) return
    if (!(thrown instanceof KeepError) || thrown.kind !== 'conflict') throw thrown
    throw new KeepError(
      'conflict',
      'repository.lost-race',
      `${store.name}: ${object} was just written by another`,
      {
        hint: 'one backup at a time: is etcdkeep scheduled twice for this cluster?',
        cause: thrown,
      },
    )
  }
}
