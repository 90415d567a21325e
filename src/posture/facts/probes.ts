import type { Fact } from '../../core/fact.ts'
import type { Layer } from '../../core/finding.ts'
import type { Certificate } from '../../pki/model.ts'
import type { Outcome } from '../../ports/prober.ts'
import type { FileMode } from './files.ts'

export type ListenerRole = 'client' | 'peer' | 'metrics' | 'client-http'

export type { Outcome } from '../../ports/prober.ts'

export interface Attempt {
  readonly outcome: Outcome
  /** `grpc-status 0, 1 key`, `alert certificate required`; never a value. */
  readonly detail: string
  /** ISO 8601. */
  readonly at: string
}

/** Which certificate a TLS attempt presented. */
export type Credential = 'none' | 'throwaway-ca' | 'expired' | 'cluster-ca' | 'client-ca' | 'good'

/** A Unix socket: connecting takes write permission on it, and the right to pass every directory above. */
export interface SocketFile extends FileMode {
  readonly path: string
  readonly parents: readonly (FileMode & { readonly path: string })[]
}

export interface ListenerProbe {
  readonly role: ListenerRole
  /** As configured: `https://10.0.0.1:2379`. */
  readonly url: string
  /** What was dialled: `10.0.0.1:2379`. */
  readonly address: string
  /** Of a Unix socket: the file, whose mode says who may connect. */
  readonly socket?: Fact<SocketFile>
  /** Where the URL was read; absent for an endpoint given by the user. */
  readonly origin?: { readonly layer: Layer; readonly source: string }
  /** Whether a TCP connection could be made at all. */
  readonly reachable: Fact<true>
  /** A Range (client) or /members (peer) without TLS: HTTP/2 with prior knowledge, and HTTP/1.1. */
  readonly plaintext: { readonly h2c?: Attempt; readonly http1?: Attempt }
  /** The same over TLS with each credential at hand; `good` is the positive control. */
  readonly tls: Readonly<Partial<Record<Credential, Attempt>>>
  /** Whose certificate each credential was: `/etc/kubernetes/pki/apiserver-kubelet-client.crt`. */
  readonly presented?: Readonly<Partial<Record<Credential, string>>>
  /** Handshake result for each protocol version, own floor lowered. */
  readonly versions: Readonly<Partial<Record<'TLS1.0' | 'TLS1.1' | 'TLS1.2' | 'TLS1.3', Attempt>>>
  /** Weak suites (IANA names) that the listener chose when offered alone or in groups. */
  readonly weakSuites: Fact<readonly string[]>
  /** The chain that the listener presents, leaf first. */
  readonly served: Fact<readonly Certificate[]>
  /** Names (base64 DER) of the CAs in the listener's memory, from its CertificateRequest; `null` = asks for none. */
  readonly caPool: Fact<readonly string[] | null>
  /** CAs in the file that the listener was started with, and the CA of Kubernetes' own clients, where files show them. */
  readonly authorities?: {
    readonly trusted: readonly Certificate[]
    readonly cluster: readonly Certificate[]
    /** The CAs that the user gave to know the member by. */
    readonly given?: readonly Certificate[]
  }
  /** HTTP paths, without a certificate and (client, metrics) with the good one: `/metrics`, `/health`, `/version`, `/debug/vars`, `/debug/pprof/`, `/debug/requests`, `/v3/kv/range`, `/members`. */
  readonly http: Readonly<
    Record<string, { readonly anonymous: Attempt; readonly withGood?: Attempt }>
  >
  /** `Access-Control-Allow-Origin` given to a foreign origin without a certificate; `null` = none. */
  readonly allowedOrigin?: Fact<string | null>
  /** A request under a foreign `Host` name, without a certificate. */
  readonly foreignHost?: Attempt
}
