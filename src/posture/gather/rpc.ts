// What members say of themselves over gRPC, and what they say to a caller without a credential. Reads only.
import { X509Certificate } from 'node:crypto'
import { KeepError } from '../../core/error.ts'
import { known, missing, type Fact, type Missing } from '../../core/fact.ts'
import type { Etcd, EtcdConnector, EtcdTarget } from '../../ports/etcd.ts'
import type { CallOptions } from '../../ports/etcd-call.ts'
import type { AnonymousMatrix, MemberStatus } from '../facts/rpc.ts'
import type { Attempt, Outcome } from '../facts/probes.ts'
import type { Credentials } from './options.ts'

export interface RpcQuestion {
  /** Client URLs that can be dialled. */
  readonly endpoints: readonly string[]
  readonly credentials?: Credentials
  /** Of the members' own certificate files: who holds such a key is a member. */
  readonly serverKeys?: readonly string[]
  readonly timeoutMs: number
  readonly signal: AbortSignal
  readonly now: () => Date
}

/**
 * A server is verified wherever a CA is at hand, and always before a password is sent. Without a password at stake
 * the key of a member's certificate file vouches for it too: an expired certificate hides nothing from a reader.
 */
export function targetOf({
  endpoints,
  credentials,
  serverKeys,
}: Pick<RpcQuestion, 'endpoints' | 'credentials' | 'serverKeys'>): EtcdTarget {
  const { ca, certificate, key, user } = credentials ?? {}
  return {
    endpoints,
    tls: {
      ...(ca !== undefined && { ca }),
      ...(certificate !== undefined && key && { cert: certificate, key }),
      rejectUnauthorized: ca !== undefined || user !== undefined,
      ...(serverKeys && !user && { serverKeys }),
    },
    ...(user && { user }),
  }
}

/** The failure as a missing fact; an aborted run goes on being aborted. */
export function missed(thrown: unknown, signal: AbortSignal): Missing {
  if (signal.aborted || !(thrown instanceof KeepError)) throw thrown
  return missing(thrown.message, thrown.hint)
}

/** Connects, asks, and leaves nothing open. */
export async function ask<T>(
  etcd: EtcdConnector,
  target: EtcdTarget,
  question: RpcQuestion,
  go: (client: Etcd, options: CallOptions) => Promise<T>,
): Promise<Fact<T>> {
  if (target.endpoints.length === 0) return missing('no client URL of it is known', '--endpoints')
  let client: Etcd | undefined
  try {
    client = etcd.connect(target)
    return known(await go(client, { signal: question.signal, timeoutMs: question.timeoutMs }))
  } catch (thrown) {
    return missed(thrown, question.signal)
  } finally {
    client?.close()
  }
}

/** The door stays shut for this credential; another may open it. */
const TURNED_AWAY = new Set(['etcd.certificate-refused', 'etcd.server-untrusted', 'etcd.bad-tls'])

export interface Asked {
  readonly status: Fact<MemberStatus>
  /** The one that was let in, else the first that was tried. */
  readonly credentials?: Credentials
}

/** Of the one member that the endpoints belong to, with the first credential that it does not turn away. */
export async function memberStatus(
  etcd: EtcdConnector,
  question: Omit<RpcQuestion, 'credentials'>,
  inTurn: readonly Credentials[],
): Promise<Asked> {
  let first: Asked | undefined
  for (const credentials of inTurn.length > 0 ? inTurn : [undefined]) {
    let turnedAway = false
    const note = (thrown: unknown) => {
      turnedAway = thrown instanceof KeepError && TURNED_AWAY.has(thrown.code)
      throw thrown
    }
    const asked = { ...question, ...(credentials && { credentials }) }
    const status = await statusAs(etcd, asked, note)
    const answer = { status, ...(credentials && { credentials }) }
    if (!turnedAway) return answer
    first ??= answer
  }
  return first ?? { status: missing('nothing was asked') }
}

const statusAs = (
  etcd: EtcdConnector,
  question: RpcQuestion,
  note: (thrown: unknown) => never,
): Promise<Fact<MemberStatus>> =>
  ask(etcd, targetOf(question), question, async (client, options) => {
    const endpoint = await answering(client, question, options)
    const status = await client.maintenance.status(endpoint, options).catch(note)
    const list = await client.cluster.memberList({ ...options, at: endpoint }).catch(() => [])
    const listed = list.find((one) => one.id === status.header.memberId)
    return {
      ...(listed && listed.name !== '' && { name: listed.name }),
      memberId: status.header.memberId.toString(16),
      clusterId: status.header.clusterId.toString(16),
      version: status.version,
      isLeader: status.leader === status.header.memberId,
      isLearner: status.isLearner,
      dbSize: Number(status.dbSize),
      revision: String(status.header.revision),
      errors: status.errors,
      clientUrls: listed?.clientUrls ?? [],
      peerUrls: listed?.peerUrls ?? [],
    }
  })

/** The first endpoint whose Status answers; the last one's failure is the one to tell. */
async function answering(
  client: Etcd,
  { endpoints }: RpcQuestion,
  options: CallOptions,
): Promise<string> {
  for (const endpoint of endpoints.slice(0, -1)) {
    const there = await client.maintenance.status(endpoint, options).then(
      () => true,
      () => false,
    )
    if (there) return endpoint
  }
  return endpoints.at(-1) ?? ''
}

/** No row needs to have this name: what counts is whether the question is answered. */
const KEY = Buffer.from('etcdkeep-probe')
const RANGE = { key: KEY, countOnly: true, serializable: true } as const
const CALLS: Readonly<Record<string, (client: Etcd, options: CallOptions) => Promise<unknown>>> = {
  Range: (client, options) => client.kv.range(RANGE, options),
  MemberList: (client, options) => client.cluster.memberList(options),
  Status: (client, options) => client.maintenance.status(options.at ?? '', options),
  AlarmGet: (client, options) => client.maintenance.alarms(options),
  // GHSA-rfx7-8w68-q57q: the permissions of an inner transaction were not checked.
  NestedTxnRange: (client, options) =>
    client.kv.txn(
      { success: [{ txn: { success: [{ range: { key: KEY, countOnly: true } }] } }] },
      options,
    ),
  LeaseLeases: (client, options) => client.lease.list(options),
}

function outcomeOf(error: KeepError): Outcome {
  if (error.code === 'etcd.certificate-refused') return 'refused'
  if (error.kind === 'denied') return 'denied'
  return error.code === 'etcd.unreachable' ? 'unreachable' : 'unclear'
}

async function attempts(
  client: Etcd,
  endpoint: string,
  question: RpcQuestion,
): Promise<AnonymousMatrix['calls']> {
  const options = { signal: question.signal, timeoutMs: question.timeoutMs, at: endpoint }
  const calls: Record<string, Attempt> = {}
  for (const [name, call] of Object.entries(CALLS)) {
    const at = question.now().toISOString()
    try {
      await call(client, options)
      calls[name] = { outcome: 'answered', detail: 'grpc-status 0', at }
    } catch (thrown) {
      if (question.signal.aborted || !(thrown instanceof KeepError)) throw thrown
      calls[name] = { outcome: outcomeOf(thrown), detail: thrown.code, at }
      // Who is gone, turns strangers away or hangs will not answer the next call either.
      if (['unreachable', 'refused'].includes(calls[name].outcome)) break
      if (thrown.code === 'etcd.deadline') break
    }
  }
  return calls
}

const letIn = (calls: AnonymousMatrix['calls']): boolean =>
  Object.values(calls).some((one) => one.outcome === 'answered' || one.outcome === 'denied')

function commonName(certificate: string): string | undefined {
  const subject = new X509Certificate(certificate).subject ?? ''
  return /^CN=(.*)$/m.exec(subject)?.[1]
}

/** First without a certificate; where the listener insists on one, with the good one and still without a token. */
export async function anonymousMatrix(
  etcd: EtcdConnector,
  question: RpcQuestion,
): Promise<Fact<AnonymousMatrix>> {
  const [endpoint] = question.endpoints
  if (endpoint === undefined) return missing('no client URL of it is known', '--endpoints')
  const bare = { endpoints: [endpoint], tls: { rejectUnauthorized: false } }
  const nothing = await ask(etcd, bare, question, (client) => attempts(client, endpoint, question))
  if (!nothing.known) return nothing
  if (letIn(nothing.value)) return known({ presented: 'nothing', calls: nothing.value })
  const turnedAway = Object.values(nothing.value).some((one) => one.outcome === 'refused')
  if (!turnedAway)
    return missing(`${endpoint} gave no answer`, 'a network position that reaches the member')
  const { certificate, key } = question.credentials ?? {}
  if (certificate === undefined || !key)
    return missing(
      `${endpoint} lets nobody ask without a certificate`,
      '--cert and --key of an etcd client',
    )
  const tls = { cert: certificate, key, rejectUnauthorized: false }
  const shown = await ask(etcd, { endpoints: [endpoint], tls }, question, (client) =>
    attempts(client, endpoint, question),
  )
  if (!shown.known) return shown
  if (!letIn(shown.value))
    return missing(`${endpoint} answered no call`, 'a client certificate that it accepts')
  const name = commonName(certificate)
  return known({
    presented: 'certificate',
    ...(name !== undefined && { commonName: name }),
    calls: shown.value,
  })
}
