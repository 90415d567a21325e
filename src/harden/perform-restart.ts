// Restarts one process with what was changed: gate, hand over leadership, files, wait, prove, or put everything back.
import { KeepError } from '../core/error.ts'
import type { Ports } from '../ports/ports.ts'
import { waitFor, waitForHealth } from './gates.ts'
import { readText } from './make-material.ts'
import type { MemberChange, RestartStep } from './model.ts'
import type { Reach, Reached } from './reach.ts'
import { argvBefore, backUp, backupOf, placeOf, standing, writeChanges } from './restart-files.ts'
import { restart } from './restart-unit.ts'

export interface Swapping {
  readonly ports: Pick<Ports, 'clock' | 'files' | 'host' | 'supervisor'>
  readonly reach: Reach
  /** Where backups lie: never a directory that the kubelet reads. */
  readonly backups: string
  /** The controls of this member that still fail; empty = proven. */
  readonly prove: (member: string) => Promise<readonly string[]>
  readonly timeoutMs: number
  readonly signal: AbortSignal
}

const waiting = (swapping: Swapping, timeoutMs = swapping.timeoutMs) => ({
  clock: swapping.ports.clock,
  reach: swapping.reach,
  signal: swapping.signal,
  timeoutMs,
})

/** Processes that run with exactly these arguments; the program's own path may differ. */
async function runners(swapping: Swapping, argv: readonly string[]): Promise<readonly number[]> {
  const host = swapping.ports.host()
  const wanted = argv.slice(1).join('\0')
  const found: number[] = []
  for (const pid of await host.pids()) {
    const process = await host.process(pid).catch(() => undefined)
    if (process && process.argv.slice(1).join('\0') === wanted) found.push(pid)
  }
  return found
}

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

/** The others keep dialling a member at the URLs that the member list has. */
async function advertise(
  swapping: Swapping,
  change: MemberChange,
  urls: readonly string[],
): Promise<void> {
  const found = await swapping.reach.members(swapping.signal)
  const own = found.find(({ member }) => member.name === change.name)
  if (!own || urls.length === 0 || own.member.peerUrls.toSorted().join() === urls.toSorted().join())
    return
  const via = found.find((one) => one !== own && one.reached)?.reached ?? own.reached
  if (!via)
    throw new KeepError(
      'unavailable',
      'harden.no-member',
      'no member could be told of the new peer URLs',
    )
  await swapping.reach.with(via.endpoint, (etcd) =>
    etcd.cluster.memberUpdate(own.member.id, urls, { signal: swapping.signal }),
  )
}

const pidFile = ({ backups }: Swapping, step: RestartStep): string =>
  `${backupOf(backups, placeOf(step))}.pids`

/** Processes that had the new arguments before the change: arguments alone do not tell a restart. */
async function earlier(swapping: Swapping, step: RestartStep): Promise<readonly number[]> {
  const text = await readText(swapping.ports.host(), pidFile(swapping, step))
  return text === undefined ? [] : (JSON.parse(text) as number[])
}

const isFresh =
  (swapping: Swapping, argv: readonly string[], old: readonly number[]) =>
  async (): Promise<boolean> =>
    (await runners(swapping, argv)).some((pid) => !old.includes(pid))

/** A process that is none of `old` has the arguments that now stand, and everybody is well. */
async function settled(
  swapping: Swapping,
  step: RestartStep,
  fresh: () => Promise<boolean>,
  which: 'before' | 'after',
): Promise<void> {
  const { member } = step
  const what = step.kind === 'manifest' ? `${step.path}: its pod` : `${step.unit}: its process`
  await waitFor(waiting(swapping), `${what} did not come back`, async () =>
    !step.runs || (await fresh()) ? [] : ['no new process has its arguments'],
  )
  if (!member) return
  // A unit may wait long for its restart: until then the others dial the process that still runs.
  if (step.kind === 'unit')
    await waitFor(waiting(swapping), `${member.name}: its peer URLs`, async () => {
      await advertise(swapping, member, member.peerUrls[which])
      return []
    })
  await waitForHealth(waiting(swapping))
}

/** Every client URL that is to be https must be the one that answers. */
async function closedNow(swapping: Swapping, { member }: RestartStep): Promise<void> {
  if (!member?.clientUrls.after.every((url) => url.startsWith('https:'))) return
  const now = named(await waitForHealth(waiting(swapping)), member.name)
  if (now?.endpoint.startsWith('https:')) return
  throw new KeepError(
    'unavailable',
    'harden.still-plain',
    `${member.name} still answers at ${now?.endpoint ?? 'no known URL'}`,
  )
}

/** What a person has to run, where nobody else restarts it. */
async function undo(swapping: Swapping, step: RestartStep): Promise<readonly string[]> {
  const argv = argvBefore(step)
  // A process that was never restarted is as it was already.
  const first = await earlier(swapping, step)
  const old = (await runners(swapping, argv)).filter((pid) => !first.includes(pid))
  const changed = argv.join('\0') !== step.argv.join('\0')
  await writeChanges(swapping.ports, step, 'before')
  const { member } = step
  if (member)
    await waitFor(waiting(swapping), `${member.name}: its old peer URLs`, async () => {
      await advertise(swapping, member, member.peerUrls.before)
      return []
    })
  const fresh = isFresh(swapping, argv, changed ? [] : old)
  const commands = await restart(swapping, step, fresh)
  if (!commands) await settled(swapping, step, fresh, 'before')
  return commands ?? []
}

async function change(swapping: Swapping, step: RestartStep): Promise<void> {
  const { member } = step
  if (member) {
    await handOver(swapping, member.name, await waitForHealth(waiting(swapping)))
    if (step.kind === 'manifest') await advertise(swapping, member, member.peerUrls.after)
  }
  const pids = JSON.stringify(await runners(swapping, step.argv))
  await swapping.ports.files.write(pidFile(swapping, step), pids, { mode: 0o600 })
  await writeChanges(swapping.ports, step, 'after')
}

export type Swapped =
  | { readonly as: 'done' }
  /** Changed; somebody has to run these for it to count. */
  | { readonly as: 'waiting'; readonly commands: readonly string[] }
  | { readonly as: 'rolled-back'; readonly why: string; readonly commands: readonly string[] }

/** `done`, `waiting`, or why it is not well. */
async function settle(swapping: Swapping, step: RestartStep): Promise<Swapped | string> {
  const fresh = isFresh(swapping, step.argv, await earlier(swapping, step))
  try {
    const commands = await restart(swapping, step, fresh)
    if (commands) return { as: 'waiting', commands }
    await settled(swapping, step, fresh, 'after')
    await closedNow(swapping, step)
    const failing = step.member ? await swapping.prove(step.member.name) : []
    return failing.length === 0 ? { as: 'done' } : `still failing: ${failing.join(', ')}`
  } catch (thrown) {
    if (swapping.signal.aborted || !(thrown instanceof KeepError)) throw thrown
    return thrown.message
  }
}

/** Puts the old files back when the process does not come back well, or what it should repair still fails. */
export async function performRestart(swapping: Swapping, step: RestartStep): Promise<Swapped> {
  const state = await standing(swapping.ports, step)
  await backUp(swapping.ports, swapping.backups, step)
  if (state === 'before') await change(swapping, step)
  const result = await settle(swapping, step)
  if (typeof result !== 'string') return result
  return { as: 'rolled-back', why: result, commands: await undo(swapping, step) }
}
