// Writes records one after the other, and moves the anchors on at the end.
import { KeepError } from '../../core/error.ts'
import type { Clock } from '../../ports/clock.ts'
import { type Anchor, moveAnchor } from '../../repository/anchor.ts'
import { appendRecord } from '../../repository/append-record.ts'
import type { Tip } from '../../repository/model.ts'
import { notice, type Problem } from '../../repository/problem.ts'
import type { RecordEvent } from '../../repository/record.ts'
import { requireTrusted, type Signer } from '../../repository/signing-key.ts'
import type { JudgedChain, Repository } from './open.ts'

export interface Recorder {
  record(event: RecordEvent): Promise<void>
  /** Moves every anchor to what was written; what could not be moved is told, not thrown. */
  finish(): Promise<readonly Problem[]>
}

export function recorderOf(
  { store, trust, anchors }: Repository,
  signer: Signer,
  chain: JudgedChain,
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): Recorder {
  // Before hours of work, not after.
  requireTrusted(signer, trust, 'records')
  const anchor: Anchor | undefined = chain.anchor
  let last: Tip | undefined
  let queue: Promise<void> = Promise.resolve()
  const append = async (event: RecordEvent) => {
    const now = clock.now()
    last = await appendRecord(store, event, {
      signer,
      trust,
      now,
      ...(anchor && { anchor }),
      signal,
    })
  }
  return {
    record(event) {
      // One at a time: among themselves they would only lose races.
      queue = queue.then(() => append(event))
      return queue
    },
    async finish() {
      const { tip } = chain
      if (!last || !tip) return []
      const told: Problem[] = []
      for (const place of anchors)
        try {
          const by = { signer, trust, now: clock.now(), signal }
          await moveAnchor(place, { manifests: tip, records: last }, by)
        } catch (thrown) {
          if (!(thrown instanceof KeepError) || thrown.kind === 'cancelled') throw thrown
          told.push(
            notice('unanchored', `the anchor ${place.name} stays behind: ${thrown.message}`),
          )
        }
      return told
    },
  }
}
