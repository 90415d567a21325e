// The restored cluster: every member answers, one leader, the members that were planned, and the same data on all.
import { KeepError, messageOf } from '../../core/error.ts'
import type { Etcd, EtcdTarget, HashResult } from '../../ports/etcd.ts'
import type { Ports } from '../../ports/ports.ts'
import { dialled } from './down.ts'
import type { RestoreOutcome, RestorePlan } from './model.ts'

export interface Proving {
  /** TLS and user of a client that may ask for HashKV: with etcd's own users on, that is root. */
  readonly access: Omit<EtcdTarget, 'endpoints'>
  readonly timeoutMs: number
  readonly signal: AbortSignal
}

type Proven = NonNullable<RestoreOutcome['proven']>

class NotYet extends Error {}

/** Waiting does not help: whoever asks may not. */
const REFUSED = ['etcd.permission-denied', 'etcd.not-logged-in', 'etcd.login-failed']
const isRefusal = (thrown: unknown): thrown is KeepError =>
  thrown instanceof KeepError && REFUSED.includes(thrown.code)

const doorsOf = (plan: RestorePlan): readonly string[] => [
  ...new Set(
    plan.members.flatMap(({ clientUrls }) => clientUrls.flatMap((url) => dialled(url) ?? [])),
  ),
]

/** etcd 3.4 has no hash at the compact revision itself, where a bumped restore stands: there the last one is compared. */
async function hashAt(
  { maintenance }: Etcd,
  door: string,
  revision: bigint,
  signal: AbortSignal,
): Promise<HashResult> {
  const call = { timeoutMs: 60_000, signal }
  try {
    return await maintenance.hashKv(door, revision, call)
  } catch (thrown) {
    if (!(thrown instanceof KeepError) || thrown.code !== 'etcd.compacted') throw thrown
    return maintenance.hashKv(door, undefined, call)
  }
}

async function look(
  connect: (endpoint: string) => Etcd,
  plan: RestorePlan,
  { signal }: Proving,
): Promise<Proven> {
  const call = { timeoutMs: 3000, signal }
  const [first = ''] = doorsOf(plan)
  const members = await connect(first).cluster.memberList(call)
  const names = members.map(({ name }) => name)
  const absent = plan.cluster.filter(({ name }) => !names.includes(name))
  if (absent.length > 0)
    throw new NotYet(`not in the cluster yet: ${absent.map(({ name }) => name).join(', ')}`)
  const doors = members.map(({ name, clientUrls }) => {
    const own = plan.members.find((one) => one.name === name)?.clientUrls ?? []
    return [...own, ...clientUrls].flatMap((url) => dialled(url) ?? [])[0] ?? ''
  })
  const states = await Promise.all(
    doors.map(async (door) => connect(door).maintenance.status(door, call)),
  )
  const leaders = new Set(states.map(({ leader }) => leader))
  if (leaders.size !== 1 || leaders.has(0n)) throw new NotYet('the members have no common leader')
  const revisions = states.map(({ header }) => header.revision)
  const revision = revisions.reduce((least, one) => (one < least ? one : least))
  const least = BigInt(plan.content.revision) + BigInt(plan.bump ?? 0)
  if (revision < least) throw new NotYet(`revision ${revision}, where ${least} was restored`)
  const hashes = await Promise.all(
    doors.map(async (door) => hashAt(connect(door), door, revision, signal)),
  )
  const different = new Set(hashes.map(({ hash, compactRevision }) => `${hash} ${compactRevision}`))
  if (different.size !== 1) throw new NotYet('the members hold different data')
  const hash = hashes[0]?.hash.toString(16).padStart(8, '0') ?? ''
  return { members: doors.length, revision: revision.toString(), hash }
}

/** Throws `unavailable` (`restore.unproven`) when the time is over, `denied` where HashKV may not be asked for. */
export async function proveRestored(
  { clock, etcd }: Pick<Ports, 'clock' | 'etcd'>,
  plan: RestorePlan,
  proving: Proving,
): Promise<Proven> {
  const { access, timeoutMs, signal } = proving
  const clients = new Map<string, Etcd>()
  const connect = (endpoint: string): Etcd => {
    const client = clients.get(endpoint) ?? etcd.connect({ ...access, endpoints: [endpoint] })
    clients.set(endpoint, client)
    return client
  }
  try {
    for (const end = clock.now().getTime() + timeoutMs; ;) {
      signal.throwIfAborted()
      try {
        return await look(connect, plan, proving)
      } catch (thrown) {
        signal.throwIfAborted()
        if (isRefusal(thrown))
          throw new KeepError(thrown.kind, thrown.code, thrown.message, {
            hint: 'the members run; to compare them, give etcd’s root: --user root --password-file FILE, as it was when the snapshot was taken',
          })
        if (clock.now().getTime() > end)
          throw new KeepError(
            'unavailable',
            'restore.unproven',
            `not proven: ${messageOf(thrown)}`,
            {
              hint: 'look into the members’ logs and run it again, or put the old data back: --rollback',
            },
          )
      }
      await clock.sleep(200, signal)
    }
  } finally {
    for (const client of clients.values()) client.close()
  }
}
