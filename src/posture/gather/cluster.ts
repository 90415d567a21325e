// What the cluster as a whole says over gRPC: its members, its alarms, its users and roles. Reads only.
import { KeepError } from '../../core/error.ts'
import { known, missing, type Fact } from '../../core/fact.ts'
import { Secret } from '../../core/secret.ts'
import type { Etcd, EtcdConnector } from '../../ports/etcd.ts'
import type { CallOptions } from '../../ports/etcd-call.ts'
import type { AuthFacts, ClusterFacts } from '../facts/rpc.ts'
import { ask, missed, targetOf, type RpcQuestion } from './rpc.ts'

/** A cluster with very many users or roles is read in part no further than this. */
const MOST = 1000

const DENIED = new Set([
  'etcd.not-logged-in',
  'etcd.permission-denied',
  'etcd.login-failed',
  'etcd.unknown-user',
])

/**
 * Before 3.5 nothing says it. A call without a token is denied while authentication is on, unless the certificate's
 * common name is a user with the right; then a login that cannot succeed shows it (one line in etcd's log).
 */
async function asksForUsers(etcd: EtcdConnector, question: RpcQuestion): Promise<boolean> {
  const { user: _, ...target } = targetOf(question)
  const nobody = { name: 'etcdkeep-probe', password: new Secret('') }
  for (const tried of [target, { ...target, user: nobody }]) {
    const client = etcd.connect(tried)
    const options = { signal: question.signal, timeoutMs: question.timeoutMs }
    try {
      await client.kv.range({ key: Buffer.from('etcdkeep-probe'), countOnly: true }, options)
    } catch (thrown) {
      if (thrown instanceof KeepError && DENIED.has(thrown.code)) return true
      throw thrown
    } finally {
      client.close()
    }
    if (target.tls?.cert === undefined) return false
  }
  return false
}

async function authEnabled(
  etcd: EtcdConnector,
  client: Etcd,
  question: RpcQuestion,
  options: CallOptions,
): Promise<boolean> {
  try {
    return (await client.auth.status(options)).enabled
  } catch (thrown) {
    if (!(thrown instanceof KeepError)) throw thrown
    if (thrown.code === 'etcd.unknown-method') return asksForUsers(etcd, question)
    // AuthStatus is refused to nobody while authentication is off.
    if (thrown.kind === 'denied' && thrown.code !== 'etcd.certificate-refused') return true
    throw thrown
  }
}

async function listed<T>(
  names: () => Promise<readonly string[]>,
  each: (name: string) => Promise<T>,
  signal: AbortSignal,
): Promise<Fact<readonly T[]>> {
  try {
    const all = await names()
    if (all.length > MOST) return missing(`there are ${all.length} of them`)
    const out: T[] = []
    for (const name of all) out.push(await each(name))
    return known(out)
  } catch (thrown) {
    return missed(thrown, signal)
  }
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64')

async function authFacts(
  client: Etcd,
  enabled: boolean,
  options: CallOptions,
  signal: AbortSignal,
): Promise<AuthFacts> {
  const users = await listed(
    () => client.auth.userList(options),
    async (name) => ({ name, roles: await client.auth.userGet(name, options) }),
    signal,
  )
  const roles = await listed(
    () => client.auth.roleList(options),
    async (name) => ({
      name,
      permissions: (await client.auth.roleGet(name, options)).map(({ type, key, rangeEnd }) => ({
        type,
        key: base64(key),
        rangeEnd: base64(rangeEnd),
      })),
    }),
    signal,
  )
  return { enabled, users, roles }
}

export async function clusterFacts(
  etcd: EtcdConnector,
  question: RpcQuestion,
): Promise<ClusterFacts> {
  const target = targetOf(question)
  const [auth, alarms, memberList] = await Promise.all([
    ask(etcd, target, question, async (client, options) =>
      authFacts(
        client,
        await authEnabled(etcd, client, question, options),
        options,
        question.signal,
      ),
    ),
    ask(etcd, target, question, async (client, options) =>
      (await client.maintenance.alarms(options)).map(({ memberId, alarm }) => ({
        memberId: memberId.toString(16),
        alarm,
      })),
    ),
    ask(etcd, target, question, async (client, options) =>
      (await client.cluster.memberList(options)).map(({ id, ...same }) => ({
        id: id.toString(16),
        ...same,
      })),
    ),
  ])
  return { auth, alarms, memberList }
}
