import type { Fact } from '../../core/fact.ts'
import type { Certificate } from '../../pki/model.ts'

export type ListenerRole = 'client' | 'peer' | 'metrics' | 'client-http'

/** What came back when a door was tried. */
export type Outcome =
  /** An application answer: the door is open to this caller. */
  | 'answered'
  /** The application answered and said no (etcd RBAC). */
  | 'denied'
  /** The transport said no: TLS alert, HTTP 400 to plaintext, closed connection. */
  | 'refused'
  /** Nobody listens. */
  | 'unreachable'
  /** Nothing came back in time, or what came back is no known answer. */
  | 'unclear'

export interface Attempt {
  readonly outcome: Outcome
  /** `grpc-status 0, 1 key`, `alert certificate required`; never a value. */
  readonly detail: string
  /** ISO 8601. */
  readonly at: string
}

/** Which certificate a TLS attempt presented. */
export type Credential = 'none' | 'throwaway-ca' | 'expired' | 'cluster-ca' | 'client-ca' | 'good'

export interface ListenerProbe {
  readonly role: ListenerRole
  /** As configured: `https://10.0.0.1:2379`. */
  readonly url: string
  /** What was dialled: `10.0.0.1:2379`. */
  readonly address: string
  /** Whether a TCP connection could be made at all. */
  readonly reachable: Fact<true>
  /** A Range (client) or /members (peer) without TLS: HTTP/2 with prior knowledge, and HTTP/1.1. */
  readonly plaintext: { readonly h2c?: Attempt; readonly http1?: Attempt }
  /** The same over TLS with each credential at hand; `good` is the positive control. */
  readonly tls: Readonly<Partial<Record<Credential, Attempt>>>
  /** Handshake result for each protocol version, own floor lowered. */
  readonly versions: Readonly<Partial<Record<'TLS1.0' | 'TLS1.1' | 'TLS1.2' | 'TLS1.3', Attempt>>>
  /** Weak suites (IANA names) that the listener chose when offered alone or in groups. */
  readonly weakSuites: Fact<readonly string[]>
  /** The chain that the listener presents, leaf first. */
  readonly served: Fact<readonly Certificate[]>
  /** Names (base64 DER) of the CAs in the listener's memory, from its CertificateRequest; `null` = asks for none. */
  readonly caPool: Fact<readonly string[] | null>
  /** HTTP paths, without a certificate and (client, metrics) with the good one: `/metrics`, `/health`, `/version`, `/debug/vars`, `/debug/pprof/`, `/debug/requests`, `/v3/kv/range`, `/members`. */
  readonly http: Readonly<
    Record<string, { readonly anonymous: Attempt; readonly withGood?: Attempt }>
  >
}
