// The gate before and after each restart: every member answers, has one leader, no alarm, the same data, and has caught up.
import { KeepError, messageOf } from '../core/error.ts'
import type { Clock } from '../ports/clock.ts'
import { isRefusal, type Reach, type Reached } from './reach.ts'
import { dataTroubles } from './same-data.ts'
import { hintFor, type Trouble } from './trouble.ts'

/** How far a member's applied index may be behind while clients write. */
const BEHIND = 500n

export interface Health {
  readonly members: readonly Reached[]
  /** Empty where the gate is open. */
  readonly troubles: readonly Trouble[]
}

/** `memberID:123 alarm:NOSPACE`, as etcd says it, in words that name the member. */
function errorTrouble(error: string, { member }: Reached, all: readonly Reached[]): Trouble {
  const [, id = '', alarm] = /memberID:(\d+) alarm:(\w+)/.exec(error) ?? []
  if (alarm === undefined)
    return { kind: 'other', member: member.name, text: `${member.name}: ${error}` }
  const named = all.find((one) => one.member.id === BigInt(id))?.member.name ?? `member ${id}`
  return { kind: 'alarm', member: named, text: `${named} has raised the alarm ${alarm}` }
}

function memberTroubles(one: Reached, all: readonly Reached[], furthest: bigint): Trouble[] {
  const { name, isLearner } = one.member
  return [
    ...(isLearner
      ? [{ kind: 'learner' as const, member: name, text: `${name} is a learner` }]
      : []),
    ...(furthest - one.status.raftAppliedIndex > BEHIND
      ? [{ kind: 'behind' as const, member: name, text: `${name} has not caught up` }]
      : []),
    ...one.status.errors.map((error) => errorTrouble(error, one, all)),
  ]
}

function leaderTroubles(members: readonly Reached[]): readonly Trouble[] {
  const leaders = new Set(members.map(({ status }) => status.leader))
  if (leaders.size === 1 && !leaders.has(0n)) return []
  return [{ kind: 'leader', text: 'the members do not agree on a leader' }]
}

const once = (troubles: readonly Trouble[]): readonly Trouble[] => [
  ...new Map(troubles.map((one) => [one.text, one])).values(),
]

export async function health(reach: Reach, signal: AbortSignal): Promise<Health> {
  const found = await reach.members(signal)
  const members = found.map((one) => one.reached).filter((one) => one !== undefined)
  const down = found
    .filter((one) => !one.reached)
    .map(({ member }): Trouble => {
      const name = member.name || member.id.toString(16)
      return { kind: 'down', member: name, text: `${name} does not answer` }
    })
  const furthest = members.reduce(
    (most, { status }) => (status.raftIndex > most ? status.raftIndex : most),
    0n,
  )
  const own = members.flatMap((one) => memberTroubles(one, members, furthest))
  const troubles = once([...down, ...leaderTroubles(members), ...own])
  if (troubles.length > 0) return { members, troubles }
  return { members, troubles: await dataTroubles(reach, members, signal) }
}

export interface Waiting {
  readonly clock: Clock
  readonly reach: Reach
  readonly timeoutMs: number
  readonly signal: AbortSignal
}

const asTrouble = (one: Trouble | string): Trouble =>
  typeof one === 'string' ? { kind: 'other', text: one } : one

/** Tries until `look` has no trouble left; throws `unavailable` with the last ones. */
export async function waitFor(
  { clock, timeoutMs, signal }: Omit<Waiting, 'reach'>,
  what: string,
  look: () => Promise<readonly (Trouble | string)[]>,
): Promise<void> {
  const end = clock.now().getTime() + timeoutMs
  for (;;) {
    signal.throwIfAborted()
    const troubles = await look().catch((thrown: unknown) => {
      if (signal.aborted || isRefusal(thrown)) throw thrown
      return [messageOf(thrown)]
    })
    if (troubles.length === 0) return
    if (clock.now().getTime() > end) {
      const last = troubles.map(asTrouble)
      throw new KeepError(
        'unavailable',
        'harden.gate',
        `${what}: ${last.map(({ text }) => text).join('; ')}`,
        { hint: hintFor(last) },
      )
    }
    await clock.sleep(200, signal)
  }
}

/** `matters` picks the troubles that hold the gate; all of them where left out. */
export async function waitForHealth(
  waiting: Waiting,
  matters: (trouble: Trouble) => boolean = () => true,
): Promise<readonly Reached[]> {
  let members: readonly Reached[] = []
  await waitFor(waiting, 'the cluster is not healthy', async () => {
    const seen = await health(waiting.reach, waiting.signal)
    members = seen.members
    return seen.troubles.filter(matters)
  })
  return members
}
