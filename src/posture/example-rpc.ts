// Builds what members and clusters say over gRPC, for the examples of controls.
import { known } from '../core/fact.ts'
import { AT, member, seen } from './example.ts'
import type { ListenerProbe } from './facts/probes.ts'
import type { AnonymousMatrix, AuthFacts } from './facts/rpc.ts'
import type { Member, Observation } from './observation.ts'

const attempt = (outcome: 'answered' | 'denied' | 'refused') => ({
  outcome,
  detail: outcome,
  at: AT,
})

export const base64 = (text: string): string => Buffer.from(text, 'latin1').toString('base64')

/** Authentication is on, with the given users and roles. */
export const authOn = (
  users: Readonly<Record<string, readonly string[]>> = { root: ['root'] },
  roles: Readonly<
    Record<
      string,
      readonly (readonly [type: 'read' | 'write' | 'readwrite', key: string, end: string])[]
    >
  > = {},
): AuthFacts => ({
  enabled: true,
  users: known(Object.entries(users).map(([name, held]) => ({ name, roles: held }))),
  roles: known(
    Object.entries(roles).map(([name, grants]) => ({
      name,
      permissions: grants.map(([type, key, end]) => ({
        type,
        key: base64(key),
        rangeEnd: base64(end),
      })),
    })),
  ),
})
export const authOff: AuthFacts = { enabled: false, users: known([]), roles: known([]) }

export const clusterOf = (
  parts: Partial<Observation['cluster']>,
  members: readonly Member[] = [member()],
): Observation => seen({ members, cluster: { ...seen().cluster, ...parts } })

/** A client listener that opens to nobody, or to anybody, without a certificate. */
export const clientListener = (state: 'open' | 'closed'): ListenerProbe => {
  const nothing = { known: false, why: 'not part of this example' } as const
  return {
    role: 'client',
    url: 'https://10.0.0.1:2379',
    address: '10.0.0.1:2379',
    reachable: known(true),
    plaintext: { h2c: attempt('refused') },
    tls: { none: attempt(state === 'open' ? 'answered' : 'refused'), good: attempt('answered') },
    versions: {},
    weakSuites: nothing,
    served: nothing,
    caPool: nothing,
    http: {},
  }
}

/** The named calls were answered, the others denied. */
export const answers = (
  presented: AnonymousMatrix['presented'],
  ...answered: readonly string[]
): AnonymousMatrix => ({
  presented,
  ...(presented === 'certificate' && { commonName: 'prober' }),
  calls: Object.fromEntries(
    ['Range', 'MemberList', 'Status', 'AlarmGet', 'NestedTxnRange', 'LeaseLeases'].map((name) => [
      name,
      attempt(answered.includes(name) ? 'answered' : 'denied'),
    ]),
  ),
})
