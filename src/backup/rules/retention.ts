// Which snapshots stay, and why. Pure: no clock but the signed times, no order but the sequence.
import { type Period, PERIODS, periodOf } from './periods.ts'

export type RetentionPolicy = Readonly<Record<Period, number>> & {
  /** How many of the newest. */
  readonly last: number
  /** Milliseconds before the newest snapshot: a clock that jumped has no vote. */
  readonly within: number
}

/** A snapshot that is neither pruned nor under suspicion, as far as retention goes. */
export interface Retainable {
  readonly sequence: number
  /** Signed. */
  readonly created: string
  readonly held?: string
  /** Read to the last byte: with a key, or only as stored. */
  readonly opened: boolean
  readonly stored: boolean
  /** Restored in a drill, with success. */
  readonly drilled: boolean
}

export interface RetentionVerdict {
  readonly sequence: number
  readonly keep: boolean
  /** Every reason to keep it; the one to remove it. */
  readonly why: readonly string[]
}

type Reasons = ReadonlyMap<number, readonly string[]>

/** The newest of each of the last `count` periods that have any. Newest first. */
function newestOfEach(
  newestFirst: readonly Retainable[],
  period: Period,
  count: number,
): readonly number[] {
  const seen = new Set<string>()
  return newestFirst
    .filter(({ created }) => {
      const key = periodOf(period, created)
      if (seen.has(key) || seen.size >= count) return false
      seen.add(key)
      return true
    })
    .map(({ sequence }) => sequence)
}

function byPolicy(newestFirst: readonly Retainable[], policy: RetentionPolicy): Reasons {
  const reasons = new Map<number, string[]>()
  const add = (sequence: number, why: string) =>
    reasons.set(sequence, [...(reasons.get(sequence) ?? []), why])
  for (const { sequence } of newestFirst.slice(0, policy.last))
    add(sequence, `one of the last ${policy.last}`)
  const newest = Date.parse(newestFirst[0]?.created ?? '')
  for (const { sequence, created } of newestFirst)
    if (newest - Date.parse(created) < policy.within) add(sequence, 'young enough')
  for (const period of PERIODS)
    for (const sequence of newestOfEach(newestFirst, period, policy[period])) add(sequence, period)
  return reasons
}

/** What no policy may take away. */
function always(newestFirst: readonly Retainable[]): Reasons {
  const reasons = new Map<number, string[]>()
  const add = (one: Retainable | undefined, why: string) => {
    if (one) reasons.set(one.sequence, [...(reasons.get(one.sequence) ?? []), why])
  }
  add(newestFirst[0], 'the newest')
  add(
    newestFirst.find(({ opened }) => opened),
    'the last that was verified',
  )
  add(
    newestFirst.find(({ stored }) => stored),
    'the last whose bytes were verified',
  )
  add(
    newestFirst.find(({ drilled }) => drilled),
    'the last that was restored in a drill',
  )
  for (const one of newestFirst) if (one.held !== undefined) add(one, `held: ${one.held}`)
  const proven = newestFirst.findIndex(({ stored, drilled }) => stored || drilled)
  const above = proven < 0 ? newestFirst : newestFirst.slice(0, proven)
  for (const one of above) add(one, 'no newer one is verified yet')
  return reasons
}

/** In order of the sequence. A policy that keeps nothing is for the caller to refuse. */
export function judgeRetention(
  snapshots: readonly Retainable[],
  policy: RetentionPolicy,
): readonly RetentionVerdict[] {
  const newestFirst = snapshots.toSorted((a, b) => b.sequence - a.sequence)
  const [wanted, kept] = [byPolicy(newestFirst, policy), always(newestFirst)]
  return newestFirst.toReversed().map(({ sequence }) => {
    const why = [...(wanted.get(sequence) ?? []), ...(kept.get(sequence) ?? [])]
    return why.length > 0
      ? { sequence, keep: true, why }
      : { sequence, keep: false, why: ['no rule keeps it'] }
  })
}
