// Repositories in memory, honest until a test says otherwise.
import { createHash, randomBytes } from 'node:crypto'
import type { KeyWrapper } from '../../src/ports/key-service.ts'
import {
  type Draft,
  draftSnapshot,
  recordSnapshot,
  sealManifest,
  type Seen,
  wrapDraft,
} from '../../src/repository/draft.ts'
import type { Manifest } from '../../src/repository/model.ts'
import { nextPlace } from '../../src/repository/next-place.ts'
import {
  newSigningKey,
  parseSigner,
  type Signer,
  type Trust,
} from '../../src/repository/signing-key.ts'
import type { ObjectStore } from '../../src/ports/object-store.ts'

export const newSigner = (): Signer => parseSigner(newSigningKey().pem, 'test')
export const trusting = (...signers: readonly Signer[]): Trust => {
  const keys = signers.map(({ publicKey }) => publicKey)
  return { snapshots: keys, records: keys }
}

/** Wraps by copying: for tests that never look into keys. */
export const openWrapper: KeyWrapper = {
  service: 'key-file',
  key: 'open',
  wrap: async (dataKey) => ({ service: 'key-file', key: 'open', wrapped: dataKey.reveal() }),
}

export const START = Date.parse('2026-11-01T00:00:00.000Z')
export const HOUR = 3_600_000

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

/** What a saver would have seen of a small database that seals to `sealed`. */
export const seenOf = (
  sealed: readonly Uint8Array[],
  plain: Uint8Array,
  created: string,
  keys: Manifest['keys'],
): Seen => ({
  created,
  cluster: {
    id: 'cdf818194e3a8c32',
    members: [
      {
        id: '8e9e05c52164694d',
        name: 'm1',
        peerUrls: ['https://10.0.0.1:2380'],
        clientUrls: ['https://10.0.0.1:2379'],
        learner: false,
      },
    ],
  },
  source: { member: '8e9e05c52164694d', name: 'm1', etcd: '3.5.30', leader: false },
  revision: '1234',
  hashKv: { hash: 824_010_470, revision: '1234', compactRevision: '-1' },
  plain: { length: plain.length, sha256: sha256(plain) },
  data: {
    length: sealed.reduce((sum, { length }) => sum + length, 0),
    sha256: sha256(Buffer.concat(sealed)),
    chunks: sealed.map(({ length }) => length),
  },
  keys,
  contents: { revisions: 10, leases: 0, alarms: [], authEnabled: false, encryptionKeys: [] },
})

export interface AddOptions {
  readonly store: ObjectStore
  readonly signer: Signer
  readonly trust: Trust
  /** When; default an hour after the one before. */
  readonly created?: number
  readonly wrappers?: readonly KeyWrapper[]
  /** What the saver says it saw, where it is not made up. */
  readonly seen?: Partial<Seen>
  /** Default: random bytes that look sealed. */
  readonly seal?: (draft: Draft) => Promise<{ sealed: readonly Uint8Array[]; plain: Uint8Array }>
}

/** One snapshot behind the last, as `snapshot save` records it. */
export async function addSnapshot({
  store,
  signer,
  trust,
  ...options
}: AddOptions): Promise<Manifest> {
  const draft = draftSnapshot(await nextPlace({ store, trust }))
  const wrapped = await wrapDraft(draft, options.wrappers ?? [openWrapper], signer)
  const { sealed, plain } = (await options.seal?.(draft)) ?? {
    sealed: [randomBytes(200)],
    plain: randomBytes(100),
  }
  await store.put(draft.dataObject, Buffer.concat(sealed))
  await store.put(wrapped.keys.object, wrapped.bytes)
  const created = options.created ?? START + draft.place.sequence * HOUR
  const made = seenOf(sealed, plain, new Date(created).toISOString(), wrapped.keys)
  const seen = { ...made, ...options.seen }
  const manifest = sealManifest(draft, seen, signer)
  await recordSnapshot(store, manifest)
  return manifest.manifest
}
