// What changing a process's files and putting them back have in common.
import { KeepError } from '../core/error.ts'
import type { Ports } from '../ports/ports.ts'
import { waitFor } from './gates.ts'
import type { MemberChange, RestartStep } from './model.ts'
import type { Reach } from './reach.ts'
import type { Which } from './restart-files.ts'

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

export type Swapped =
  | { readonly as: 'done' }
  /** Changed; somebody has to run these for it to count. */
  | { readonly as: 'waiting'; readonly commands: readonly string[] }
  | { readonly as: 'rolled-back'; readonly why: string; readonly commands: readonly string[] }

export const waiting = (swapping: Swapping) => ({
  clock: swapping.ports.clock,
  reach: swapping.reach,
  signal: swapping.signal,
  timeoutMs: swapping.timeoutMs,
})

/** The others keep dialling a member at the URLs that the member list has. */
export async function advertise(
  swapping: Swapping,
  { name, peerUrls }: MemberChange,
  which: Which,
): Promise<void> {
  const urls = peerUrls[which]
  const found = await swapping.reach.members(swapping.signal)
  const own = found.find(({ member }) => member.name === name)
  if (!own || urls.length === 0 || own.member.peerUrls.toSorted().join() === urls.toSorted().join())
    return
  const via = found.find((one) => one !== own && one.reached)?.reached ?? own.reached
  if (!via)
    throw new KeepError(
      'unavailable',
      'harden.no-member',
      'no member could be told of the new peer URLs',
      { hint: 'Bring the cluster to health, then run harden again.' },
    )
  await swapping.reach.with(via.endpoint, (etcd) =>
    etcd.cluster.memberUpdate(own.member.id, urls, { signal: swapping.signal }),
  )
}

/** Until a quorum has taken the URLs. */
export const advertised = async (swapping: Swapping, change: MemberChange, which: Which) =>
  waitFor(waiting(swapping), `${change.name}: its peer URLs`, async () => {
    await advertise(swapping, change, which)
    return []
  })

/** Waits for the new process; then the others can be told where it listens, where that had to wait for it. */
export async function restarted(
  swapping: Swapping,
  step: RestartStep,
  isFresh: () => Promise<boolean>,
  which: Which,
): Promise<void> {
  const what = step.kind === 'manifest' ? `${step.path}: its pod` : `${step.unit}: its process`
  await waitFor(waiting(swapping), `${what} did not come back`, async () =>
    !step.runs || (await isFresh()) ? [] : ['no new process has its arguments'],
  )
  // A unit may wait long for its restart: until then the others dial the process that still runs.
  if (step.kind === 'unit' && step.member) await advertised(swapping, step.member, which)
}
