// Finds the members of a cluster whose doors are being closed: each is tried as it was and as it will be.
import { KeepError } from '../core/error.ts'
import { Secret } from '../core/secret.ts'
import type {
  ClusterMember,
  Etcd,
  EtcdConnector,
  EtcdTarget,
  EtcdTls,
  StatusResult,
} from '../ports/etcd.ts'
import type { Host } from '../ports/host.ts'
import { readText } from './make-material.ts'
import type { Plan } from './model.ts'

export interface Reached {
  readonly member: ClusterMember
  readonly endpoint: string
  readonly status: StatusResult
}

export interface Reach {
  /** A client of one endpoint, closed when `work` is over. */
  with<T>(endpoint: string, work: (etcd: Etcd) => Promise<T>): Promise<T>
  /** Every member of the member list; `undefined` for one that does not answer. */
  members(
    signal: AbortSignal,
  ): Promise<readonly { readonly member: ClusterMember; readonly reached?: Reached }[]>
}

export interface ReachOptions {
  /** What the operator gave for the cluster as it is now. */
  readonly tls?: EtcdTls
  /** Where etcd's own users are on: one that may change members, that is root. */
  readonly user?: EtcdTarget['user']
}

const TIMEOUT_MS = 2000

/** etcd's own users say no: waiting does not help. A certificate, though, may be right at the next door. */
export const isRefusal = (thrown: unknown): thrown is KeepError =>
  thrown instanceof KeepError &&
  ['etcd.permission-denied', 'etcd.not-logged-in', 'etcd.login-failed'].includes(thrown.code)

/** A wildcard address is dialled on this machine. */
const dialled = (url: string): string =>
  url.replace('//0.0.0.0:', '//127.0.0.1:').replace('//[::]:', '//[::1]:').replace(/\/$/, '')

async function tlsOf(
  host: Host,
  { access }: Plan,
  given: EtcdTls | undefined,
): Promise<EtcdTls | undefined> {
  if (!access) return given
  const [cert, key] = [await readText(host, access.certificate), await readText(host, access.key)]
  if (cert === undefined || key === undefined) return given
  const cas = await Promise.all(access.cas.map((path) => readText(host, path)))
  return { ca: [...cas, given?.ca].filter(Boolean).join('\n'), cert, key: new Secret(key) }
}

export function reachMembers(
  { etcd, host }: { readonly etcd: EtcdConnector; readonly host: Host },
  plan: Plan,
  options: ReachOptions = {},
): Reach {
  const planned = plan.steps.flatMap((step) =>
    'member' in step && step.member ? [step.member] : [],
  )
  const withEndpoint = async <T>(
    endpoint: string,
    work: (etcd: Etcd) => Promise<T>,
  ): Promise<T> => {
    const tls = endpoint.startsWith('https:') ? await tlsOf(host, plan, options.tls) : undefined
    const { user } = options
    const who = { ...(tls && { tls }), ...(user && { user }) }
    const client = etcd.connect({ endpoints: [endpoint], ...who })
    try {
      return await work(client)
    } finally {
      client.close()
    }
  }
  const first = async <T>(
    endpoints: readonly string[],
    ask: (etcd: Etcd, endpoint: string) => Promise<T>,
  ) => {
    let refused: KeepError | undefined
    for (const endpoint of endpoints)
      try {
        return await withEndpoint(endpoint, (client) => ask(client, endpoint))
      } catch (thrown) {
        // A connection that ends while a call is on it may be told as a cancelled call.
        if (!(thrown instanceof KeepError) || thrown.kind === 'bug') throw thrown
        if (isRefusal(thrown)) refused = thrown
      }
    if (refused) throw refused
    return undefined
  }
  const doors = (name: string, listed: readonly string[] = []): readonly string[] => {
    const own = planned
      .filter((one) => one.name === name)
      .flatMap(({ clientUrls }) => [...clientUrls.after, ...clientUrls.before])
    return [...new Set([...own, ...listed].map(dialled))]
  }
  return {
    with: withEndpoint,
    async members(signal) {
      const options = { signal, timeoutMs: TIMEOUT_MS }
      const anywhere = planned.flatMap(({ name }) => doors(name))
      const list = await first(anywhere, (client) => client.cluster.memberList(options))
      if (!list)
        throw new KeepError(
          'unavailable',
          'harden.no-member',
          'no member of the cluster answers with a quorum',
          {
            hint: 'Bring the cluster to health first; give --cacert, --cert and --key where it asks for them.',
          },
        )
      return Promise.all(
        list.map(async (member) => {
          const reached = await first(
            doors(member.name, member.clientUrls),
            async (client, endpoint) => ({
              member,
              endpoint,
              status: await client.maintenance.status(endpoint, options),
            }),
          )
          return { member, ...(reached && { reached }) }
        }),
      )
    },
  }
}
