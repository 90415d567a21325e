// The wrapped data key of a snapshot, in generations: rekeying never touches data.
import { createHmac, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import type { Secret } from '../core/secret.ts'
import type { KeyServiceKind, WrappedKey } from '../ports/key-service.ts'
import type { Manifest, Sha256 } from './model.ts'
import { keysName } from './names.ts'
import { type Problem, problem } from './problem.ts'
import { firstIssue } from './schemas.ts'
import { openObject, sealObject, sha256 } from './signed.ts'
import type { Signer, Trust } from './signing-key.ts'

export const KEYS_LIMIT = 1 << 20

/** One generation, as it was read or is to be written. */
export interface KeysObject {
  readonly name: string
  readonly sha256: Sha256
  readonly generation: number
  readonly wraps: readonly WrappedKey[]
}

const schema = z.strictObject({
  format: z.literal('etcdkeep.keys/v1'),
  snapshot: z.string(),
  sequence: z.int(),
  generation: z.int().nonnegative(),
  previous: z.string().nullable(),
  wraps: z
    .array(
      z.strictObject({
        service: z.enum(['age', 'key-file', 'vault-transit', 'aws-kms', 'pkcs11']),
        key: z.string(),
        wrapped: z.base64(),
      }),
    )
    .min(1),
})

/** HMAC-SHA-256 of the data key: no other key can be put in its place. */
export const commitmentOf = (dataKey: Secret<Uint8Array>): Sha256 =>
  createHmac('sha256', dataKey.reveal()).update('etcdkeep.data-key/v1').digest('hex')

export const isCommitted = (dataKey: Secret<Uint8Array>, commitment: Sha256): boolean =>
  timingSafeEqual(Buffer.from(commitmentOf(dataKey), 'hex'), Buffer.from(commitment, 'hex'))

export interface KeysOf {
  readonly sequence: number
  readonly id: string
}

/** The object's bytes and what others say of it. */
export function sealKeys(
  of: KeysOf,
  wraps: readonly WrappedKey[],
  signer: Signer,
  before?: KeysObject,
): KeysObject & { readonly bytes: Buffer } {
  const generation = before ? before.generation + 1 : 0
  const bytes = sealObject(
    'keys',
    {
      format: 'etcdkeep.keys/v1',
      snapshot: of.id,
      sequence: of.sequence,
      generation,
      previous: before?.sha256 ?? null,
      wraps: wraps.map(({ service, key, wrapped }) => ({
        service,
        key,
        wrapped: Buffer.from(wrapped).toString('base64'),
      })),
    },
    signer,
  )
  const name = keysName(of.sequence, of.id, generation)
  return { name, sha256: sha256(bytes), generation, wraps, bytes }
}

/** What the reader already knows of the snapshot. */
export interface KeysExpected {
  readonly manifest: Manifest
  readonly generation: number
  /** Of this generation, where a record tells. */
  readonly sha256?: Sha256
  /** Of the generation before, where it is still there. */
  readonly previous?: Sha256
}

/** Checks the bytes of one generation: pure. Later ones may be signed by whoever may sign records. */
export function openKeys(
  bytes: Buffer,
  expected: KeysExpected,
  trust: Trust,
): KeysObject | Problem {
  const { manifest, generation } = expected
  const { sequence, id } = manifest
  const name = keysName(sequence, id, generation)
  const about = { sequence, object: name }
  const trusted = generation === 0 ? trust.snapshots : [...trust.snapshots, ...trust.records]
  const opened = openObject('keys', bytes, trusted)
  if ('problem' in opened) return problem(opened.problem, `${name}: ${opened.why}`, about)
  const read = schema.safeParse(opened.content)
  if (!read.success)
    return problem('malformed', `${name}: signed, but ${firstIssue(read.error)}`, about)
  const { data } = read
  if (data.snapshot !== id || data.sequence !== sequence || data.generation !== generation)
    return problem(
      'misplaced',
      `${name} is truly signed, but belongs to snapshot ${data.sequence}, generation ${data.generation}`,
      about,
    )
  const hash = sha256(bytes)
  const known = generation === 0 ? manifest.keys.sha256 : expected.sha256
  const broken = expected.previous !== undefined && data.previous !== expected.previous
  if ((known !== undefined && known !== hash) || broken)
    return problem(
      'replaced',
      `${name} is truly signed, but is not the one that was recorded`,
      about,
    )
  const wraps = data.wraps.map(({ service, key, wrapped }) => ({
    service: service satisfies KeyServiceKind,
    key,
    wrapped: Buffer.from(wrapped, 'base64'),
  }))
  return { name, sha256: hash, generation, wraps }
}
