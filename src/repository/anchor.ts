// The word from outside the store: how far the chains reached when somebody last wrote.
import { z } from 'zod'
import { KeepError } from '../core/error.ts'
import type { AnchorPlace } from '../ports/anchor.ts'
import type { Witness } from './judge-links.ts'
import type { Tip } from './model.ts'
import { notice, type Problem, problem } from './problem.ts'
import { tipSchema } from './schemas.ts'
import { openObject, sealObject } from './signed.ts'
import type { Signer, Trust } from './signing-key.ts'

export interface Anchor {
  readonly format: 'etcdkeep.anchor/v1'
  readonly manifests: Tip
  readonly records: Tip | null
  readonly at: string
}

const schema: z.ZodType<Anchor> = z.strictObject({
  format: z.literal('etcdkeep.anchor/v1'),
  manifests: tipSchema,
  records: tipSchema.nullable(),
  at: z.iso.datetime(),
})

export interface AnchorRead {
  readonly place: { readonly name: string }
  readonly bytes?: Uint8Array
  readonly anchor?: Anchor
  /** Why there is none to go by. */
  readonly problem?: Problem
}

/** Never throws for what stands there, nor where it cannot be reached: that is bad news of its own. */
export async function readAnchor(
  place: AnchorPlace,
  trust: Trust,
  signal?: AbortSignal,
): Promise<AnchorRead> {
  const unreadable = (why: string) =>
    problem('anchor-unreadable', `the anchor ${place.name}: ${why}`, {
      object: place.name,
      hint: 'without it nobody sees whether the newest snapshots were removed',
    })
  let bytes: Uint8Array | undefined
  try {
    bytes = await place.read(signal)
  } catch (thrown) {
    if (!(thrown instanceof KeepError) || thrown.kind === 'cancelled') throw thrown
    return { place, problem: unreadable(thrown.message) }
  }
  if (!bytes)
    return {
      place,
      problem: notice('anchor-absent', `there is no anchor at ${place.name} yet`, {
        object: place.name,
        hint: 'the next snapshot save writes it; if there was one, somebody removed it',
      }),
    }
  const opened = openObject('anchor', Buffer.from(bytes), [...trust.snapshots, ...trust.records])
  if ('problem' in opened) return { place, bytes, problem: unreadable(opened.why) }
  const read = schema.safeParse(opened.content)
  return read.success
    ? { place, bytes, anchor: read.data }
    : { place, bytes, problem: unreadable('it is signed, but no anchor') }
}

/** What the chains must reach and pass through. */
export const witnessesFrom = ({ place, anchor }: AnchorRead): readonly Witness[] => {
  if (!anchor) return []
  const by = `the anchor ${place.name}`
  const manifests: Witness = { folder: 'manifests', tip: anchor.manifests, by }
  return anchor.records ? [manifests, { folder: 'records', tip: anchor.records, by }] : [manifests]
}

const ahead = (a: Tip | null, b: Tip | null | undefined): Tip | null =>
  a && b ? (a.sequence >= b.sequence ? a : b) : (a ?? b ?? null)

/** All that any of them has seen; undefined where none could be read. */
export function furthestOf(reads: readonly AnchorRead[]): Anchor | undefined {
  return reads
    .flatMap(({ anchor }) => (anchor ? [anchor] : []))
    .reduce<Anchor | undefined>((all, one) => {
      if (!all) return one
      const manifests = ahead(all.manifests, one.manifests) ?? one.manifests
      return { ...all, manifests, records: ahead(all.records, one.records) }
    }, undefined)
}

/** A tail that no anchor has seen could be removed and nobody would know. */
export function unanchored(read: AnchorRead, tip: Tip | null): readonly Problem[] {
  const { anchor, place } = read
  if (!anchor || !tip || tip.sequence <= anchor.manifests.sequence) return []
  const message = `the anchor ${place.name} has seen ${anchor.manifests.sequence}, the newest is ${tip.sequence}`
  return [notice('unanchored', message, { object: place.name })]
}

/**
 * Moves the anchor on to these tips, never back. Throws `conflict` (`anchor.moved`) where another writer was
 * faster each time, `corrupt` (`anchor.unreadable`) where what stands there is not signed by a trusted key.
 */
export async function moveAnchor(
  place: AnchorPlace,
  tips: { readonly manifests: Tip; readonly records: Tip | null },
  by: {
    readonly signer: Signer
    readonly trust: Trust
    readonly now: Date
    readonly signal?: AbortSignal
  },
): Promise<void> {
  for (let left = 5; ; left -= 1) {
    const { anchor, bytes, problem: wrong } = await readAnchor(place, by.trust, by.signal)
    if (wrong?.severity === 'problem')
      throw new KeepError('corrupt', 'anchor.unreadable', wrong.message, {
        hint: 'look at it and at snapshot list; remove it to start a new one',
      })
    const next: Anchor = {
      format: 'etcdkeep.anchor/v1',
      manifests: ahead(tips.manifests, anchor?.manifests) ?? tips.manifests,
      records: ahead(tips.records, anchor?.records),
      at: by.now.toISOString(),
    }
    const still =
      anchor?.manifests.sequence === next.manifests.sequence &&
      anchor.records?.sequence === next.records?.sequence
    if (still) return
    try {
      return await place.write(sealObject('anchor', next, by.signer), bytes, by.signal)
    } catch (thrown) {
      if (!(thrown instanceof KeepError) || thrown.kind !== 'conflict' || left === 0) throw thrown
    }
  }
}
