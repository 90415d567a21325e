// Signed content is still checked, field by field: a signer's mistake must not become a reader's crash.
import { z } from 'zod'
import type { Manifest, Tip } from './model.ts'
import { dataName, keysName } from './names.ts'
import type { RepositoryRecord } from './record.ts'

const PLAIN_CHUNK = 1 << 20

const hex = (digits: number) => z.string().regex(new RegExp(`^[0-9a-f]{${digits}}$`))
const sha256 = hex(64)
const hexNumber = z.string().regex(/^[0-9a-f]{1,16}$/)
const decimal = z.string().regex(/^-?\d{1,19}$/)
const count = z.int().nonnegative()
export const sequence = z.int().min(1).max(999_999_999_999)
const moment = z.iso.datetime()
const text = z.string().max(4096)
const service = z.enum(['age', 'key-file', 'vault-transit', 'aws-kms', 'pkcs11'])
const recipients = z.array(z.strictObject({ service, key: text })).min(1)

export const tipSchema: z.ZodType<Tip> = z.strictObject({ sequence, sha256 })

const member = z.strictObject({
  id: hexNumber,
  name: text,
  peerUrls: z.array(text),
  clientUrls: z.array(text),
  learner: z.boolean(),
})

const contents = z.strictObject({
  revisions: count,
  leases: count,
  alarms: z.array(text),
  authEnabled: z.boolean(),
  storageVersion: text.exactOptional(),
  encryptionKeys: z.array(text),
})

const fields = z.strictObject({
  format: z.literal('etcdkeep.snapshot/v1'),
  sequence,
  previous: sha256.nullable(),
  records: tipSchema.nullable(),
  id: hex(32),
  created: moment,
  tool: text,
  cluster: z.strictObject({ id: hexNumber, members: z.array(member) }),
  source: z.strictObject({ member: hexNumber, name: text, etcd: text, leader: z.boolean() }),
  revision: decimal,
  hashKv: z.union([
    z.strictObject({ hash: count, revision: decimal, compactRevision: decimal }),
    z.strictObject({ missing: text }),
  ]),
  plain: z.strictObject({ length: count, sha256 }),
  data: z.strictObject({ object: text, length: count, sha256, chunks: z.array(count).min(1) }),
  sealing: z.strictObject({
    suite: z.literal('zstd-1MiB/AES-256-GCM'),
    nonce: hex(32),
    commitment: sha256,
  }),
  keys: z.strictObject({ object: text, sha256, recipients }),
  contents,
})

export const manifestSchema: z.ZodType<Manifest> = fields.superRefine((one, context) => {
  const wrong = (message: string) => context.addIssue({ code: 'custom', message })
  if (one.data.object !== dataName(one.sequence, one.id)) wrong('data.object is not its own')
  if (one.keys.object !== keysName(one.sequence, one.id, 0)) wrong('keys.object is not its own')
  const chunks = Math.max(1, Math.ceil(one.plain.length / PLAIN_CHUNK))
  if (one.data.chunks.length !== chunks) wrong('data.chunks are not as many as the length asks for')
  const length = one.data.chunks.reduce((sum, chunk) => sum + chunk, 0)
  if (length !== one.data.length) wrong('data.chunks do not add up')
})

const snapshot = z.strictObject({ sequence, id: hex(32) })
const reason = text
const event = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('verified'), snapshot, depth: z.enum(['stored', 'opened']) }),
  z.strictObject({
    kind: z.literal('drilled'),
    snapshot,
    passed: z.boolean(),
    evidence: z.record(z.string(), z.unknown()),
  }),
  z.strictObject({ kind: z.literal('held'), snapshot, reason }),
  z.strictObject({ kind: z.literal('released'), snapshot, reason }),
  z.strictObject({ kind: z.literal('pruned'), snapshot, reason }),
  z.strictObject({
    kind: z.literal('rekeyed'),
    snapshot,
    generation: z.int().min(1).max(999),
    sha256,
    recipients,
  }),
  z.strictObject({
    kind: z.literal('acknowledged'),
    folder: z.enum(['manifests', 'records']),
    from: sequence,
    to: sequence,
    reason,
  }),
])

export const recordSchema: z.ZodType<RepositoryRecord> = z.strictObject({
  format: z.literal('etcdkeep.record/v1'),
  sequence,
  previous: sha256.nullable(),
  manifests: tipSchema.nullable(),
  at: moment,
  tool: text,
  event,
})

/** Why a value is not what the schema says, in one line. */
export function firstIssue(error: z.ZodError): string {
  const [issue] = error.issues
  return issue ? `${issue.path.map(String).join('.')}: ${issue.message}` : 'it has the wrong shape'
}
