// The gate before and after each restart: every member answers, has one leader, no alarm, the same data, and has caught up.
import { KeepError, messageOf } from '../core/error.ts'
import type { Clock } from '../ports/clock.ts'
import type { Reach, Reached } from './reach.ts'
import { dataTroubles } from './same-data.ts'

/** How far a member's applied index may be behind while clients write. */
const BEHIND = 500n

export interface Health {
  readonly members: readonly Reached[]
  /** Empty where the gate is open. */
  readonly troubles: readonly string[]
}

export async function health(reach: Reach, signal: AbortSignal): Promise<Health> {
  const found = await reach.members(signal)
  const members = found.map((one) => one.reached).filter((one) => one !== undefined)
  const troubles = found
    .filter((one) => !one.reached)
    .map(({ member }) => `${member.name || member.id.toString(16)} does not answer`)
  const leaders = new Set(members.map(({ status }) => status.leader))
  if (leaders.size !== 1 || leaders.has(0n)) troubles.push('the members do not agree on a leader')
  const furthest = members.reduce(
    (most, { status }) => (status.raftIndex > most ? status.raftIndex : most),
    0n,
  )
  for (const { member, status } of members) {
    if (furthest - status.raftAppliedIndex > BEHIND)
      troubles.push(`${member.name} has not caught up`)
    troubles.push(...status.errors.map((error) => `${member.name}: ${error}`))
  }
  return { members, troubles }
}

export interface Waiting {
  readonly clock: Clock
  readonly reach: Reach
  readonly timeoutMs: number
  readonly signal: AbortSignal
}

/** Tries until `look` has no trouble left; throws `unavailable` with the last ones. */
export async function waitFor(
  { clock, timeoutMs, signal }: Omit<Waiting, 'reach'>,
  what: string,
  look: () => Promise<readonly string[]>,
): Promise<void> {
  const end = clock.now().getTime() + timeoutMs
  for (;;) {
    signal.throwIfAborted()
    const troubles = await look().catch((thrown: unknown) => {
      if (signal.aborted) throw thrown
      return [messageOf(thrown)]
    })
    if (troubles.length === 0) return
    if (clock.now().getTime() > end)
      throw new KeepError('unavailable', 'harden.gate', `${what}: ${troubles.join('; ')}`, {
        hint: 'Nothing more was changed; bring the cluster to health and run harden again.',
      })
    await clock.sleep(200, signal)
  }
}

export async function waitForHealth(waiting: Waiting): Promise<readonly Reached[]> {
  let members: readonly Reached[] = []
  await waitFor(waiting, 'the cluster is not healthy', async () => {
    const seen = await health(waiting.reach, waiting.signal)
    members = seen.members
    if (seen.troubles.length > 0) return seen.troubles
    return dataTroubles(waiting.reach, members, waiting.signal)
  })
  return members
}
