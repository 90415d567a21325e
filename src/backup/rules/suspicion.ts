// Why a repository may not be pruned: retention goes by signed times and records, and these must stand. Pure.
import type { Problem, ProblemCode } from '../../repository/problem.ts'

/** What touches who votes and when; the rest is about single snapshots, which then do not count. */
const VOTES: ReadonlySet<ProblemCode> = new Set<ProblemCode>([
  'changed',
  'untrusted',
  'malformed',
  'too-large',
  'misplaced',
  'missing',
  'rolled-back',
  'replaced',
  'anchor-unreadable',
])
const CLOCK: ReadonlySet<ProblemCode> = new Set<ProblemCode>(['future-dated', 'clock-back'])

const DAY_MS = 86_400_000
/** A pause of this length, and this many times the usual, is a clock that jumped or a backup that stood still. */
const LONG_MS = 14 * DAY_MS
const TIMES = 20

const ofChains = ({ object }: Problem): boolean =>
  object === undefined || !/^(data|keys)\//.test(object)

/** Signed times in order of the sequence. */
export function jump(created: readonly string[]): string | undefined {
  const gaps = created
    .slice(1)
    .map((one, index) => Date.parse(one) - Date.parse(created[index] ?? one))
  const usual = gaps.toSorted((a, b) => a - b)[gaps.length >> 1] ?? 0
  const at = gaps.findLastIndex((gap) => gap > LONG_MS && gap > TIMES * usual)
  return at < 0 ? undefined : `from ${created[at]} to ${created[at + 1]} there was no snapshot`
}

/** Every reason, as sentences; `acceptClock` is the operator's word that the times are right. */
export function suspicions(
  problems: readonly Problem[],
  created: readonly string[],
  acceptClock: boolean,
): readonly string[] {
  const bad = problems.filter(({ severity }) => severity === 'problem')
  const votes = bad.filter((one) => VOTES.has(one.code) && ofChains(one))
  const clock = acceptClock ? [] : bad.filter(({ code }) => CLOCK.has(code))
  const jumped = acceptClock ? undefined : jump(created)
  return [
    ...[...votes, ...clock].map(({ message }) => message),
    ...(jumped === undefined ? [] : [jumped]),
  ]
}
