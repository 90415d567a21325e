import type { Fact } from '../../core/fact.ts'
import type { Attempt } from './probes.ts'

/** What a member says of itself over Maintenance.Status and Cluster.MemberList. */
export interface MemberStatus {
  /** As the member list has it; absent where that does not tell. */
  readonly name?: string
  readonly memberId: string
  readonly clusterId: string
  /** `3.5.30` */
  readonly version: string
  readonly isLeader: boolean
  readonly isLearner: boolean
  readonly dbSize: number
  readonly revision: string
  readonly errors: readonly string[]
  /** As the member list has them. */
  readonly clientUrls: readonly string[]
  readonly peerUrls: readonly string[]
  /** The member's clock minus ours in milliseconds, from the HTTP Date header, where it sends one. */
  readonly clockOffsetMs?: number
}

/** What a member answers to read-only calls without any etcd credential (no token). */
export interface AnonymousMatrix {
  /** Whether the listener let us in without a certificate; a certificate's common name may be an etcd user. */
  readonly presented: 'nothing' | 'certificate'
  /** The certificate's, where one was presented. */
  readonly commonName?: string
  /** By call: `MemberList`, `Status`, `AlarmGet`, `NestedTxnRange`, `LeaseLeases`, `Range`. */
  readonly calls: Readonly<Record<string, Attempt>>
}

export interface AuthFacts {
  readonly enabled: boolean
  readonly users: Fact<readonly { readonly name: string; readonly roles: readonly string[] }[]>
  readonly roles: Fact<
    readonly {
      readonly name: string
      readonly permissions: readonly {
        readonly type: 'read' | 'write' | 'readwrite'
        /** Base64; `rangeEnd` empty = a single key. */
        readonly key: string
        readonly rangeEnd: string
      }[]
    }[]
  >
}

export interface ClusterFacts {
  readonly auth: Fact<AuthFacts>
  readonly alarms: Fact<readonly { readonly memberId: string; readonly alarm: string }[]>
  /** Names of members in the member list; more than could be looked at = something is out of sight. */
  readonly memberList: Fact<
    readonly {
      readonly id: string
      readonly name: string
      readonly peerUrls: readonly string[]
      readonly clientUrls: readonly string[]
      readonly isLearner: boolean
    }[]
  >
}
