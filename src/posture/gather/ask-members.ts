// The calls of a cluster's members: each of its own state, then one for all of what they share.
import { known, missing, valueOf, type Fact, type Missing } from '../../core/fact.ts'
import type { KeyspaceFacts } from '../facts/keyspace.ts'
import type { AnonymousMatrix, ClusterFacts } from '../facts/rpc.ts'
import type { Apiserver, Member } from '../observation.ts'
import { clockOffset } from './clock.ts'
import { clusterFacts } from './cluster.ts'
import type { Part } from './guard.ts'
import { keyspaceFacts, tallyOptions } from './keyspace.ts'
import { memberRows } from './member-rows.ts'
import { doorsOf } from './members.ts'
import { byEndpointAlone } from './name-members.ts'
import type { Credentials, GatherOptions } from './options.ts'
import { anonymousMatrix, memberStatus, targetOf, type Asked, type RpcQuestion } from './rpc.ts'
import type { WirePorts } from './wire-ports.ts'

const notAsked = missing('no chosen control looks at this')
const nowhere = missing('no client URL of a member is known', 'run on its host, or --endpoints')
export const failed = missing('this could not be looked at, see what could not be read')

export const blind = (why: Missing): ClusterFacts => ({ auth: why, alarms: why, memberList: why })

/** Public keys of the certificates that the members are given to serve. */
const serverKeysOf = (members: readonly Member[]): readonly string[] => {
  const files = members.flatMap((one) => one.certificates.filter(({ role }) => role === 'server'))
  const leaves = files.flatMap((file) => valueOf(file.certificates)?.slice(0, 1) ?? [])
  return [...new Set(leaves.map((one) => one.spkiSha256))]
}

export interface Asking {
  readonly ports: WirePorts
  readonly members: readonly Member[]
  readonly apiservers: readonly Apiserver[]
  readonly options: GatherOptions
  /** To be tried in this order at each member. */
  readonly inTurn: readonly Credentials[]
  readonly part: Part
  readonly signal: AbortSignal
}

interface AskedMember extends Asked {
  readonly member: Member
  /** How it is asked from now on. */
  readonly question: RpcQuestion
}

async function statusOf({ ports, inTurn, part }: Asking, member: Member, plain: RpcQuestion) {
  const asked = await part<Asked>(`status of ${member.name}`, { status: failed }, () =>
    memberStatus(ports.etcd, plain, inTurn),
  )
  const { status, credentials } = asked
  const question = { ...plain, ...(credentials && { credentials }) }
  if (!status.known) return { ...asked, member, question }
  const offset = await clockOffset(ports.prober({ timeoutMs: plain.timeoutMs }), question)
  const value = { ...status.value, ...(offset !== undefined && { clockOffsetMs: offset }) }
  return { ...asked, member, question, status: known(value) }
}

/** Read from members that answered just now: one that hangs would cost half a minute. */
function rowsOf({ ports, apiservers, signal }: Asking, all: readonly AskedMember[]) {
  const [silent] = all.flatMap(({ status }) => (status.known ? [] : [status]))
  const [first, ...rest] = all.filter(({ status }) => status.known)
  if (!first) return Promise.resolve(silent ?? nowhere)
  const alike = rest.filter(({ credentials }) => credentials === first.credentials)
  const endpoints = [first, ...alike].flatMap(({ question }) => question.endpoints)
  const target = targetOf({ ...first.question, endpoints: [...new Set(endpoints)] })
  const source = memberRows(ports.scanner, target, 'the cluster')
  return keyspaceFacts(source, tallyOptions(apiservers), signal)
}

function clusterOf({ ports, part }: Asking, all: readonly AskedMember[], whole: RpcQuestion) {
  const letIn = all.find(({ status }) => status.known) ?? all[0]
  const question = letIn ? { ...letIn.question, endpoints: whole.endpoints } : whole
  return part('users, roles and alarms', blind(failed), () => clusterFacts(ports.etcd, question))
}

export interface Answers {
  readonly members: readonly (Pick<Member, 'status'> & {
    readonly anonymous: Fact<AnonymousMatrix>
  })[]
  readonly cluster: ClusterFacts
  readonly keyspace: Fact<KeyspaceFacts>
}

/** Asks every member at once; whoever hangs costs its own facts, not the others'. */
export async function askMembers(asking: Asking): Promise<Answers> {
  const { ports, members, options, part, signal } = asking
  const { needs, timeoutMs } = options
  const unasked = { status: notAsked, anonymous: notAsked }
  // Whatever is chosen, a member is called by the same name.
  const nameless = members.some(byEndpointAlone)
  if (!needs.has('rpc') && !needs.has('keyspace') && !nameless)
    return { members: members.map(() => unasked), cluster: blind(notAsked), keyspace: notAsked }
  const serverKeys = serverKeysOf(members)
  const whole: RpcQuestion = {
    endpoints: [...new Set(members.flatMap((one) => doorsOf(one, options)))],
    serverKeys,
    timeoutMs,
    signal,
    now: () => ports.clock.now(),
  }
  const all = await Promise.all(
    members.map((one) => statusOf(asking, one, { ...whole, endpoints: doorsOf(one, options) })),
  )
  const anonymously = ({ member, question }: AskedMember) =>
    part(`calls without a credential to ${member.name}`, failed, () =>
      anonymousMatrix(ports.etcd, question),
    )
  const [anonymous, cluster, keyspace] = await Promise.all([
    needs.has('rpc') ? Promise.all(all.map(anonymously)) : [],
    needs.has('rpc') ? clusterOf(asking, all, whole) : blind(notAsked),
    needs.has('keyspace') ? part('stored rows', failed, () => rowsOf(asking, all)) : notAsked,
  ])
  const answered = all.map(({ status }, index) => ({
    status,
    anonymous: anonymous[index] ?? notAsked,
  }))
  return { members: answered, cluster, keyspace }
}
