// A clock that jumped is an alarm; what a manifest says of its time is never more than its signer's clock. Pure.
import { type Problem, problem } from './problem.ts'

/** What two machines' clocks may differ by. */
const TOLERANCE_MS = 5 * 60_000

export interface Timed {
  readonly sequence: number
  readonly manifest: { readonly created: string }
}

/** In order of their sequence. */
export function judgeTimes(snapshots: readonly Timed[], now: Date): readonly Problem[] {
  const found: Problem[] = []
  let latest = -Infinity
  for (const { sequence, manifest } of snapshots) {
    const created = Date.parse(manifest.created)
    const hint = 'compare the clocks of the machine that saved it and of this one'
    if (created > now.getTime() + TOLERANCE_MS)
      found.push(
        problem(
          'future-dated',
          `snapshot ${sequence} says ${manifest.created}, which is still to come`,
          {
            sequence,
            hint,
          },
        ),
      )
    else {
      if (created < latest - TOLERANCE_MS)
        found.push(
          problem(
            'clock-back',
            `snapshot ${sequence} says ${manifest.created}, earlier than one before it`,
            {
              sequence,
              hint,
            },
          ),
        )
      latest = Math.max(latest, created)
    }
  }
  return found
}
