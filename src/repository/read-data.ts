// The sealed bytes of a snapshot, held against its manifest while they pass.
import { createHash } from 'node:crypto'
import { KeepError } from '../core/error.ts'
import type { Secret } from '../core/secret.ts'
import type { ChunkCipher } from '../ports/chunk-cipher.ts'
import type { ObjectStore } from '../ports/object-store.ts'
import type { Manifest } from './model.ts'

const corrupt = (code: string, message: string) =>
  new KeepError('corrupt', code, message, {
    hint: 'take another snapshot; see what else is wrong with: etcdkeep snapshot verify --all',
  })

export interface ReadOptions {
  readonly signal?: AbortSignal
  /** Told after each piece; bytes as stored. */
  readonly passed?: (bytes: number) => void
}

/** As stored. Throws `corrupt` (`repository.data-changed`) at the first byte too many, or at the end. */
export async function* readStored(
  store: ObjectStore,
  { data }: Manifest,
  { signal, passed }: ReadOptions = {},
): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256')
  let length = 0
  for await (const bytes of store.get(data.object, signal ? { signal } : {})) {
    length += bytes.length
    if (length > data.length) break
    hash.update(bytes)
    passed?.(bytes.length)
    yield bytes
  }
  if (length !== data.length)
    throw corrupt(
      'repository.data-changed',
      `${data.object} has not the ${data.length} bytes of its manifest`,
    )
  if (hash.digest('hex') !== data.sha256)
    throw corrupt(
      'repository.data-changed',
      `${data.object} is changed: its SHA-256 is not that of its manifest`,
    )
}

/**
 * The database, decrypted. Throws `corrupt` where any byte is not the one that was saved; what was yielded before may
 * not be used then.
 */
export async function* readPlain(
  from: { readonly store: ObjectStore; readonly cipher: ChunkCipher },
  manifest: Manifest,
  dataKey: Secret<Uint8Array>,
  options: ReadOptions = {},
): AsyncGenerator<Buffer> {
  const { plain, sealing, sequence } = manifest
  const hash = createHash('sha256')
  let length = 0
  const nonce = Buffer.from(sealing.nonce, 'hex')
  for await (const bytes of from.cipher.open(readStored(from.store, manifest, options), {
    dataKey,
    nonce,
  })) {
    length += bytes.length
    if (length > plain.length) break
    hash.update(bytes)
    yield bytes
  }
  if (length !== plain.length || hash.digest('hex') !== plain.sha256)
    throw corrupt(
      'repository.plain-changed',
      `the database of snapshot ${sequence} is not the one its manifest tells of`,
    )
}
