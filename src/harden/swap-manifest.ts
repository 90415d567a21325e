// Changes one static pod: gate, hand over leadership, replace the file, wait, prove, or put everything back.
import { KeepError } from '../core/error.ts'
import type { Ports } from '../ports/ports.ts'
import { manifestArgv } from './edit-manifest.ts'
import { waitFor, waitForHealth } from './gates.ts'
import { readText } from './make-material.ts'
import type { ManifestStep, MemberChange } from './model.ts'
import type { Reach, Reached } from './reach.ts'

export interface Swapping {
  readonly ports: Pick<Ports, 'clock' | 'files' | 'host'>
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

/** Whether a process runs with exactly these arguments; the program's own path may differ. */
async function running(swapping: Swapping, argv: readonly string[]): Promise<boolean> {
  const host = swapping.ports.host()
  const wanted = argv.slice(1).join('\0')
  for (const pid of await host.pids()) {
    const found = await host.process(pid).catch(() => undefined)
    if (found && found.argv.slice(1).join('\0') === wanted) return true
  }
  return false
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

async function replace({ ports }: Swapping, step: ManifestStep, text: string): Promise<void> {
  const { uid, gid } = await ports.host().stat(step.path)
  await ports.files.write(step.path, text, { mode: step.mode, owner: { uid, gid } })
}

/** The process has the arguments of the manifest that now stands, and everybody is well. */
async function settled(
  swapping: Swapping,
  step: ManifestStep,
  argv: readonly string[],
): Promise<void> {
  await waitFor(waiting(swapping), `${step.path}: its pod did not come back`, async () =>
    !step.runs || (await running(swapping, argv)) ? [] : ['no process has the new arguments'],
  )
  if (step.member) await waitForHealth(waiting(swapping))
}

/** Every client URL that is to be https must be the one that answers. */
async function closedNow(swapping: Swapping, { member }: ManifestStep): Promise<void> {
  if (!member?.clientUrls.after.every((url) => url.startsWith('https:'))) return
  const now = named(await waitForHealth(waiting(swapping)), member.name)
  if (now?.endpoint.startsWith('https:')) return
  throw new KeepError(
    'unavailable',
    'harden.still-plain',
    `${member.name} still answers at ${now?.endpoint ?? 'no known URL'}`,
  )
}

async function undo(swapping: Swapping, step: ManifestStep): Promise<void> {
  await replace(swapping, step, step.before)
  const { member } = step
  if (member)
    await waitFor(waiting(swapping), `${member.name}: its old peer URLs`, async () => {
      await advertise(swapping, member, member.peerUrls.before)
      return []
    })
  const program = step.argv[0]?.split('/').at(-1) ?? ''
  await settled(swapping, step, manifestArgv(step.before, program))
}

/** What stands there now; `conflict` where somebody else changed it since the plan. */
async function current(swapping: Swapping, step: ManifestStep): Promise<'before' | 'after'> {
  const text = await readText(swapping.ports.host(), step.path)
  if (text === step.after) return 'after'
  if (text === step.before) return 'before'
  throw new KeepError(
    'conflict',
    'harden.manifest-changed',
    `${step.path} was changed since the plan was made`,
    {
      hint: 'Run harden again: it plans anew.',
    },
  )
}

async function change(swapping: Swapping, step: ManifestStep): Promise<void> {
  const { member } = step
  if (member) {
    await handOver(swapping, member.name, await waitForHealth(waiting(swapping)))
    await advertise(swapping, member, member.peerUrls.after)
  }
  await replace(swapping, step, step.after)
}

export type Swapped = { readonly as: 'done' } | { readonly as: 'rolled-back'; readonly why: string }

/** Puts the old manifest back when the pod does not come back well, or what it should repair still fails. */
export async function swapManifest(swapping: Swapping, step: ManifestStep): Promise<Swapped> {
  const { files } = swapping.ports
  const state = await current(swapping, step)
  await files.makeDirectory(swapping.backups)
  await files.write(`${swapping.backups}/${step.path.replaceAll('/', '_')}`, step.before, {
    mode: 0o600,
  })
  if (state === 'before') await change(swapping, step)
  try {
    await settled(swapping, step, step.argv)
    await closedNow(swapping, step)
    const failing = step.member ? await swapping.prove(step.member.name) : []
    if (failing.length === 0) return { as: 'done' }
    await undo(swapping, step)
    return { as: 'rolled-back', why: `still failing: ${failing.join(', ')}` }
  } catch (thrown) {
    if (swapping.signal.aborted || !(thrown instanceof KeepError)) throw thrown
    await undo(swapping, step)
    return { as: 'rolled-back', why: thrown.message }
  }
}
