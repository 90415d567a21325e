// What the members themselves answer: their doors, their calls, their rows.
import { known, missing, valueOf, type Fact, type Missing } from '../../core/fact.ts'
import type { Clock } from '../../ports/clock.ts'
import type { EtcdConnector } from '../../ports/etcd.ts'
import type { Host } from '../../ports/host.ts'
import type { KeyspaceScanner } from '../../ports/keyspace-scanner.ts'
import type { Prober } from '../../ports/prober.ts'
import type { KeyspaceFacts } from '../facts/keyspace.ts'
import type { AnonymousMatrix, ClusterFacts, MemberStatus } from '../facts/rpc.ts'
import type { Apiserver, Member } from '../observation.ts'
import { clockOffset } from './clock.ts'
import { clusterFacts } from './cluster.ts'
import { findCredentials } from './credentials.ts'
import { addressOf, doorOf } from './door.ts'
import type { Part } from './guard.ts'
import { keyspaceFacts, tallyOptions } from './keyspace.ts'
import { gatherListeners } from './listeners.ts'
import { memberRows } from './member-rows.ts'
import { clientUrlsOf } from './members.ts'
import { launchesOf } from './on-host.ts'
import type { Credentials, GatherOptions } from './options.ts'
import { anonymousMatrix, memberStatus, targetOf, type RpcQuestion } from './rpc.ts'

export interface WirePorts {
  readonly clock: Clock
  readonly host: Host
  prober(options?: { readonly timeoutMs?: number }): Prober
  readonly etcd: EtcdConnector
  readonly scanner: KeyspaceScanner
}

const offline = missing('probing is switched off', 'run without --no-probe')
const notAsked = missing('no chosen control looks at this')
const nowhere = missing('no client URL of a member is known', 'run on its host, or --endpoints')
const failed = missing('this could not be looked at, see what could not be read')

/** Where a URL is dialled: a wildcard address means this machine. */
function dialled(url: string): readonly string[] {
  const door = doorOf(url)
  return door.known ? [`${url.split('://')[0]}://${addressOf(door.value)}`] : []
}

/** Client URLs of one member that can be dialled from here. */
function doorsOf(member: Member, options: GatherOptions): readonly string[] {
  const given = options.endpoints.filter((url) => url.endsWith(`://${member.name}`))
  return [...new Set([...clientUrlsOf(member), ...given].flatMap(dialled))]
}

/** The user's credential; else one that this host uses for etcd. */
const credentialsOf = async (
  host: Host,
  members: readonly Member[],
  apiservers: readonly Apiserver[],
  options: GatherOptions,
): Promise<Credentials | undefined> =>
  options.credentials ?? findCredentials(host, launchesOf(members), launchesOf(apiservers))

/** Public keys of the certificates that the members are given to serve. */
const serverKeysOf = (members: readonly Member[]): readonly string[] => {
  const files = members.flatMap((one) => one.certificates.filter(({ role }) => role === 'server'))
  const leaves = files.flatMap((file) => valueOf(file.certificates)?.slice(0, 1) ?? [])
  return [...new Set(leaves.map((one) => one.spkiSha256))]
}

type Question = Omit<RpcQuestion, 'endpoints'>

const statusOf = (
  ports: WirePorts,
  members: readonly Member[],
  base: Question,
  options: GatherOptions,
  part: Part,
): Promise<readonly Fact<MemberStatus>[]> =>
  Promise.all(
    members.map((member) =>
      part(`status of ${member.name}`, failed, async () => {
        const question = { ...base, endpoints: doorsOf(member, options) }
        const status = await memberStatus(ports.etcd, question)
        if (!status.known) return status
        const offset = await clockOffset(ports.prober({ timeoutMs: options.timeoutMs }), question)
        return offset === undefined ? status : known({ ...status.value, clockOffsetMs: offset })
      }),
    ),
  )

const anonymousOf = (
  ports: WirePorts,
  members: readonly Member[],
  base: Question,
  options: GatherOptions,
  part: Part,
): Promise<readonly Fact<AnonymousMatrix>[]> =>
  Promise.all(
    members.map((member) =>
      part(`calls without a credential to ${member.name}`, failed, () =>
        anonymousMatrix(ports.etcd, { ...base, endpoints: doorsOf(member, options) }),
      ),
    ),
  )

/** Read from members that answered just now: one that hangs would cost half a minute. */
function rowsOf(
  ports: WirePorts,
  whole: RpcQuestion,
  answering: readonly string[],
  statuses: readonly Fact<MemberStatus>[],
  apiservers: readonly Apiserver[],
): Promise<Fact<KeyspaceFacts>> {
  const [silence] = statuses.filter((one) => !one.known)
  if (answering.length === 0) return Promise.resolve(silence ?? nowhere)
  const target = targetOf({ ...whole, endpoints: answering })
  const source = memberRows(ports.scanner, target, 'the cluster')
  return keyspaceFacts(source, tallyOptions(apiservers), whole.signal)
}

async function withDoors(
  ports: WirePorts,
  members: readonly Member[],
  apiservers: readonly Apiserver[],
  options: GatherOptions,
  { part, signal }: Run,
): Promise<readonly Member[]> {
  const tools = { ...ports, prober: ports.prober({ timeoutMs: options.timeoutMs }) }
  return Promise.all(
    members.map(async (member) => ({
      ...member,
      listeners: await part(`listeners of ${member.name}`, failed, () =>
        gatherListeners(tools, member, apiservers, options, signal),
      ),
    })),
  )
}

export interface Run {
  readonly part: Part
  readonly signal: AbortSignal
}

export interface OnWire {
  readonly members: readonly Member[]
  readonly cluster: ClusterFacts
  readonly keyspace: Fact<KeyspaceFacts>
}

const blind = (why: Missing): ClusterFacts => ({ auth: why, alarms: why, memberList: why })

/** Asks every member at once; whoever hangs costs its own facts, not the others'. */
export async function lookOnWire(
  ports: WirePorts,
  members: readonly Member[],
  apiservers: readonly Apiserver[],
  options: GatherOptions,
  run: Run,
): Promise<OnWire> {
  if (!options.probe) {
    const unasked = { listeners: offline, status: offline, anonymous: offline }
    const silent = members.map((one) => ({ ...one, ...unasked }))
    return { members: silent, cluster: blind(offline), keyspace: offline }
  }
  const { needs, timeoutMs } = options
  const { part, signal } = run
  const credentials = await credentialsOf(ports.host, members, apiservers, options)
  const now = () => ports.clock.now()
  const serverKeys = serverKeysOf(members)
  const base = { ...(credentials && { credentials }), serverKeys, timeoutMs, signal, now }
  const endpoints = [...new Set(members.flatMap((one) => doorsOf(one, options)))]
  const whole = { ...base, endpoints }
  const asks = needs.has('rpc')
  const ask = async () => {
    const statuses =
      asks || needs.has('keyspace') ? await statusOf(ports, members, base, options, part) : []
    const answering = members.flatMap((one, index) =>
      statuses[index]?.known ? doorsOf(one, options) : [],
    )
    const rest = await Promise.all([
      asks ? anonymousOf(ports, members, base, options, part) : [],
      asks
        ? part('users, roles and alarms', blind(failed), () => clusterFacts(ports.etcd, whole))
        : blind(notAsked),
      needs.has('keyspace')
        ? part('stored rows', failed, () =>
            rowsOf(ports, whole, [...new Set(answering)], statuses, apiservers),
          )
        : notAsked,
    ])
    return [statuses, ...rest] as const
  }
  const [doors, [statuses, anonymous, cluster, keyspace]] = await Promise.all([
    needs.has('probes') ? withDoors(ports, members, apiservers, options, run) : members,
    ask(),
  ])
  const asked = doors.map((member, index) => ({
    ...member,
    status: statuses[index] ?? notAsked,
    anonymous: anonymous[index] ?? notAsked,
  }))
  return { members: asked, cluster, keyspace }
}
