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

/** The configuration file comes first: what restarts the pod is the manifest. */
async function replace(
  { ports }: Swapping,
  { config, path, mode, ...step }: ManifestStep,
  which: 'before' | 'after',
): Promise<void> {
  const write = async (file: string, text: string, bits: number) => {
    const { uid, gid } = await ports.host().stat(file)
    await ports.files.write(file, text, { mode: bits, owner: { uid, gid } })
  }
  if (config) await write(config.path, config[which], config.mode)
  await write(path, step[which], mode)
}

const backup = ({ backups }: Swapping, path: string): string =>
  `${backups}/${path.replaceAll('/', '_')}`

/** Processes that had the new arguments before the change: arguments alone do not tell a restart. */
async function earlier(swapping: Swapping, step: ManifestStep): Promise<readonly number[]> {
  const text = await readText(swapping.ports.host(), `${backup(swapping, step.path)}.pids`)
  return text === undefined ? [] : (JSON.parse(text) as number[])
}

/** A process that is none of `old` has the arguments of the manifest that now stands, and everybody is well. */
async function settled(
  swapping: Swapping,
  step: ManifestStep,
  argv: readonly string[],
  old: readonly number[],
): Promise<void> {
  await waitFor(waiting(swapping), `${step.path}: its pod did not come back`, async () => {
    if (!step.runs || (await runners(swapping, argv)).some((pid) => !old.includes(pid))) return []
    return ['no new process has its arguments']
  })
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
  const argv = manifestArgv(step.before, step.argv[0]?.split('/').at(-1) ?? '')
  // A pod that was never restarted is as it was already.
  const first = await earlier(swapping, step)
  const old = (await runners(swapping, argv)).filter((pid) => !first.includes(pid))
  const changed = argv.join('\0') !== step.argv.join('\0')
  await replace(swapping, step, 'before')
  const { member } = step
  if (member)
    await waitFor(waiting(swapping), `${member.name}: its old peer URLs`, async () => {
      await advertise(swapping, member, member.peerUrls.before)
      return []
    })
  await settled(swapping, step, argv, changed ? [] : old)
}

/** What stands there now, `before` where only a part is changed; `conflict` where somebody else changed it. */
async function current(swapping: Swapping, step: ManifestStep): Promise<'before' | 'after'> {
  let state: 'before' | 'after' = 'after'
  for (const { path, before, after } of [step, ...(step.config ? [step.config] : [])]) {
    const text = await readText(swapping.ports.host(), path)
    if (text === after) continue
    if (text !== before)
      throw new KeepError(
        'conflict',
        'harden.manifest-changed',
        `${path} was changed since the plan was made`,
        { hint: 'Run harden again: it plans anew.' },
      )
    state = 'before'
  }
  return state
}

async function change(swapping: Swapping, step: ManifestStep): Promise<void> {
  const { member } = step
  if (member) {
    await handOver(swapping, member.name, await waitForHealth(waiting(swapping)))
    await advertise(swapping, member, member.peerUrls.after)
  }
  const pids = JSON.stringify(await runners(swapping, step.argv))
  await swapping.ports.files.write(`${backup(swapping, step.path)}.pids`, pids, { mode: 0o600 })
  await replace(swapping, step, 'after')
}

export type Swapped = { readonly as: 'done' } | { readonly as: 'rolled-back'; readonly why: string }

/** Puts the old manifest back when the pod does not come back well, or what it should repair still fails. */
export async function swapManifest(swapping: Swapping, step: ManifestStep): Promise<Swapped> {
  const { files } = swapping.ports
  const state = await current(swapping, step)
  await files.makeDirectory(swapping.backups)
  for (const { path, before } of [step, ...(step.config ? [step.config] : [])])
    await files.write(backup(swapping, path), before, { mode: 0o600 })
  if (state === 'before') await change(swapping, step)
  try {
    await settled(swapping, step, step.argv, await earlier(swapping, step))
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
