// `snapshot save --repository`: whose chain, who signs, who can read; and the anchors moved on behind it.
import { resolve } from 'node:path'
import type { TakeOptions } from '../../backup/attempt.ts'
import { saveSnapshot, type SavedSnapshot } from '../../backup/save-snapshot.ts'
import { KeepError } from '../../core/error.ts'
import { moveAnchor } from '../../repository/anchor.ts'
import type { Signer } from '../../repository/signing-key.ts'
import type { Context } from '../command.ts'
import { requireDirectory } from '../given-file.ts'
import { requireSigner, wrappersOf } from '../repository/keys.ts'
import { openRepository, readAnchors, type Repository } from '../repository/open.ts'
import type { SaveFlags } from './flags.ts'

/** An anchor, and why it was not moved on to the new snapshot. */
export interface Anchored {
  readonly name: string
  readonly error?: string
}

export interface SavedAndAnchored extends SavedSnapshot {
  readonly anchors: readonly Anchored[]
}

async function moveAnchors(
  { anchors, trust }: Repository,
  { manifest }: SavedSnapshot,
  signer: Signer,
  { ports, signal }: Context,
): Promise<readonly Anchored[]> {
  const { sequence, sha256 } = manifest
  const tips = { manifests: { sequence, sha256 }, records: manifest.manifest.records }
  return Promise.all(
    anchors.map(async (place) => {
      try {
        await moveAnchor(place, tips, { signer, trust, now: ports.clock.now(), signal })
        return { name: place.name }
      } catch (thrown) {
        if (!(thrown instanceof KeepError)) throw thrown
        return { name: place.name, error: thrown.message }
      }
    }),
  )
}

async function save(
  flags: SaveFlags,
  options: TakeOptions,
  context: Context,
): Promise<SavedAndAnchored> {
  const { ports } = context
  const here = ports.host()
  const signer = await requireSigner(here, flags['sign-with'])
  const repository = await openRepository(flags, ports, async () =>
    ports.etcd.connect(options.target),
  )
  const recipients = await wrappersOf(ports, flags.recipient)
  const { spool } = flags
  if (spool !== undefined) await requireDirectory(here, 'spool', spool)
  const others = flags['copy-to'].map((location) => ports.objectStore({ location }))
  const { furthest } = await readAnchors(repository, context)
  const saved = await saveSnapshot(
    ports,
    {
      stores: [repository.store, ...others],
      signer,
      trust: repository.trust,
      recipients,
      ...(furthest && { anchor: furthest }),
      ...(spool !== undefined && { spoolDirectory: resolve(spool) }),
    },
    options,
  )
  return { ...saved, anchors: await moveAnchors(repository, saved, signer, context) }
}

/** Throws `usage` where signer, recipient or trust is missing, before anything is read. */
export async function saveIntoRepository(
  flags: SaveFlags,
  options: TakeOptions,
  context: Context,
): Promise<SavedAndAnchored> {
  if (flags.recipient.length === 0)
    throw new KeepError('usage', 'usage.flag', 'nobody could read the snapshot', {
      hint: 'give --recipient age1…; etcdkeep snapshot keygen makes one',
    })
  return save(flags, options, context)
}
