// A snapshot into a repository: taken, sealed and stored in one pass; the manifest, last of all, records it.
import type { ChunkCipher } from '../ports/chunk-cipher.ts'
import type { Clock } from '../ports/clock.ts'
import type { KeyWrapper } from '../ports/key-service.ts'
import type { ObjectStore } from '../ports/object-store.ts'
import type { OpenSpool } from '../ports/spool.ts'
import type { Anchor } from '../repository/anchor.ts'
import { draftSnapshot, sealManifest, wrapDraft } from '../repository/draft.ts'
import type { SealedManifest, Seen, Wrapped } from '../repository/draft.ts'
import { nextPlace } from '../repository/next-place.ts'
import { requireTrusted, type Signer, type Trust } from '../repository/signing-key.ts'
import type { Taken, TakeOptions, TakingPorts } from './attempt.ts'
import { recordEverywhere } from './record-everywhere.ts'
import { asKept, SealedCopy, type SealedData, type Sent } from './sealed-copy.ts'
import { takeSnapshot } from './take-snapshot.ts'

export interface SavePorts extends TakingPorts {
  readonly clock: Clock
  readonly chunkCipher: ChunkCipher
  readonly spool: OpenSpool
}

export interface RepositoryTarget {
  /** The first counts; the others get the same in the same pass. */
  readonly stores: readonly [ObjectStore, ...ObjectStore[]]
  readonly signer: Signer
  /** Whose chain it goes on. */
  readonly trust: Trust
  readonly recipients: readonly KeyWrapper[]
  readonly anchor?: Anchor
  /** Where the spool's file goes, if one is needed. */
  readonly spoolDirectory?: string
}

export interface SavedSnapshot {
  readonly taken: Taken<SealedCopy>
  readonly manifest: SealedManifest
  /** The first is always without an error. */
  readonly stores: readonly Sent[]
}

/** One attempt's copy with its keys, wrapped before the first byte comes: a key service that is down costs nothing. */
class KeyedCopy extends SealedCopy {
  readonly wrapped: Wrapped
  constructor(wrapped: Wrapped, ...rest: ConstructorParameters<typeof SealedCopy>) {
    super(...rest)
    this.wrapped = wrapped
  }
}

function seenBy(taken: Taken<KeyedCopy>, data: SealedData, created: Date): Seen {
  const { source, cluster, streamed, survey, hashKv, receiver } = taken
  const { member, name, etcd, leader } = source
  return {
    created: created.toISOString(),
    cluster,
    source: { member, name, etcd, leader },
    revision: survey.revision.toString(),
    hashKv,
    plain: { length: streamed.length, sha256: streamed.sha256.toString('hex') },
    data,
    keys: receiver.wrapped.keys,
    contents: survey.contents,
  }
}

/**
 * Until the manifest is in the first store there is no snapshot; whatever ends this before leaves at most objects that
 * no manifest names. Throws KeepError, `conflict` (`repository.lost-race`) where another writer was faster.
 */
export async function saveSnapshot(
  ports: SavePorts,
  { stores, signer, trust, recipients, anchor, spoolDirectory }: RepositoryTarget,
  options: TakeOptions,
): Promise<SavedSnapshot> {
  const { signal } = options
  requireTrusted(signer, trust, 'snapshots')
  const place = await nextPlace({ store: stores[0], trust, signal }, anchor)
  const open = async () => {
    const draft = draftSnapshot(place)
    const wrapped = await wrapDraft(draft, recipients, signer, signal)
    const directory = spoolDirectory === undefined ? {} : { directory: spoolDirectory }
    const spool = ports.spool({ ...directory, readers: stores.length })
    return new KeyedCopy(
      wrapped,
      { cipher: ports.chunkCipher, spool, stores, put: { signal } },
      draft,
    )
  }
  const taken = await takeSnapshot(ports, options, open)
  const { manifest, sent } = await finish(ports.clock.now(), taken, signer, options)
  const { draft, wrapped } = taken.receiver
  const recording = { dataObject: draft.dataObject, wrapped, manifest, trust, signal }
  return { taken, manifest, stores: await recordEverywhere(sent, recording) }
}

/** The object whole in the stores, and the manifest that may name it from now on. */
async function finish(
  now: Date,
  taken: Taken<KeyedCopy>,
  signer: Signer,
  { progress }: TakeOptions,
): Promise<{ readonly manifest: SealedManifest; readonly sent: readonly Sent[] }> {
  const { receiver } = taken
  try {
    progress.step('storing the rest')
    const { data, sent } = await receiver.commit()
    return { manifest: sealManifest(receiver.draft, seenBy(taken, data, now), signer), sent }
  } catch (thrown) {
    await receiver.abandon(asKept(thrown))
    throw thrown
  }
}
