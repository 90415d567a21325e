// Restarts one process with what was changed: gate, hand over leadership, files, wait, prove, or put everything back.
import { KeepError } from '../core/error.ts'
import { waitForHealth } from './gates.ts'
import type { StepLog } from './journal.ts'
import type { RestartStep } from './model.ts'
import type { Reached } from './reach.ts'
import { backUp, standing, writeChanges } from './restart-files.ts'
import { restart } from './restart-unit.ts'
import { isFresh, runners } from './restarts.ts'
import { rollBack } from './roll-back.ts'
import {
  advertise,
  advertised,
  restarted,
  waiting,
  type Swapped,
  type Swapping,
} from './swapping.ts'
import { isOwn } from './trouble.ts'

const named = (members: readonly Reached[], name: string) =>
  members.find((one) => one.member.name === name)

/** Leadership goes to a member whose door is closed already, so that it moves as seldom as possible. */
async function handOver(
  swapping: Swapping,
  name: string,
  members: readonly Reached[],
): Promise<void> {
  const leader = named(members, name)
  if (!leader || leader.status.leader !== leader.member.id) return
  const others = members.filter((one) => one !== leader && !one.member.isLearner)
  const [heir] = others.toSorted(
    (a, b) => Number(b.endpoint.startsWith('https:')) - Number(a.endpoint.startsWith('https:')),
  )
  if (!heir) return
  await swapping.reach.with(leader.endpoint, (etcd) =>
    etcd.maintenance.moveLeader(leader.endpoint, heir.member.id, { signal: swapping.signal }),
  )
  await waitForHealth(waiting(swapping))
}

async function change(swapping: Swapping, step: RestartStep, log: StepLog): Promise<void> {
  const { member } = step
  if (member) {
    // A killed run may have told the others already: until the restart they would dial in vain.
    await advertised(swapping, member, 'before')
    await handOver(swapping, member.name, await waitForHealth(waiting(swapping)))
    if (step.kind === 'manifest') await advertise(swapping, member, 'after')
  }
  await log.swap(await runners(swapping.ports.host(), step.argv))
  await writeChanges(swapping.ports, step, 'after')
}

/** Why a member's door cannot count as closed: every client URL that is to be https must be the one that answers. */
function stillPlain({ member }: RestartStep, members: readonly Reached[]): string | undefined {
  if (!member?.clientUrls.after.every((url) => url.startsWith('https:'))) return undefined
  const now = named(members, member.name)
  if (now?.endpoint.startsWith('https:')) return undefined
  return `${member.name} still answers at ${now?.endpoint ?? 'no known URL'}`
}

/** What speaks against it once it runs; only what its own change may be to blame for. */
async function complaint(swapping: Swapping, step: RestartStep): Promise<string | undefined> {
  const { member } = step
  if (!member) return undefined
  const plain = stillPlain(step, await waitForHealth(waiting(swapping), isOwn(member.name)))
  if (plain !== undefined) return plain
  const failing = await swapping.prove(member.name)
  return failing.length === 0 ? undefined : `still failing: ${failing.join(', ')}`
}

/** `done`, `waiting`, or why it has to be taken back. */
async function settle(
  swapping: Swapping,
  step: RestartStep,
  log: StepLog,
): Promise<Swapped | string> {
  const fresh = isFresh(swapping.ports.host(), step.argv, log.last('swap')?.old)
  try {
    const commands = await restart(swapping, step, fresh)
    if (commands) return { as: 'waiting', commands }
    await restarted(swapping, step, fresh, 'after')
    return (await complaint(swapping, step)) ?? { as: 'done' }
  } catch (thrown) {
    if (swapping.signal.aborted || !(thrown instanceof KeepError)) throw thrown
    return thrown.message
  }
}

/**
 * Puts the old files back when the process does not come back well, or what it should repair still fails. Another
 * member's trouble is no reason for that, since one more restart could cost the quorum: then it throws
 * `unavailable` and leaves this member as it is.
 */
export async function performRestart(
  swapping: Swapping,
  step: RestartStep,
  log: StepLog,
): Promise<Swapped> {
  const state = await standing(swapping.ports, step)
  const begun = log.last('undo')
  if (begun) return rollBack(swapping, step, log, begun.why)
  // Proven already: another member's trouble now is no reason to judge it again.
  if (log.last('done') && state === 'after') return { as: 'done' }
  await backUp(swapping.ports, swapping.backups, step)
  if (state === 'before') await change(swapping, step, log)
  const result = await settle(swapping, step, log)
  if (typeof result === 'string') return rollBack(swapping, step, log, result)
  if (result.as === 'done' && step.member) await waitForHealth(waiting(swapping))
  return result
}
