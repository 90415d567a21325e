import type { Secret } from '../core/secret.ts'

/** What came back when a door was tried. */
export type Outcome =
  /** An application answer: the door is open to this caller. */
  | 'answered'
  /** The application answered and said no (etcd RBAC). */
  | 'denied'
  /** The transport said no: TLS alert, HTTP 400 to plaintext, closed connection; or the path does not exist. */
  | 'refused'
  /** Nobody listens. */
  | 'unreachable'
  /** Nothing came back in time, or what came back is no known answer. */
  | 'unclear'

export interface Answer {
  readonly outcome: Outcome
  /** `grpc-status 0`, `alert certificate required`, `HTTP 404`; never a value. */
  readonly detail: string
}

export interface HttpAnswer extends Answer {
  readonly status?: number
  /** Names in lower case; a repeated header's last value. */
  readonly headers?: Readonly<Record<string, string>>
}

/** One address; a wildcard has been replaced by something that can be dialled. */
export interface Door {
  /** Without brackets for IPv6. */
  readonly host: string
  readonly port: number
}

/** A client certificate with its chain, and the key; both PEM. */
export interface ClientCredential {
  readonly certificate: string
  readonly key: Secret
}

/** Plaintext, or TLS with or without a client certificate. The server is not verified: it is what is tested. */
export type Transport =
  | { readonly tls: false }
  | { readonly tls: true; readonly credential?: ClientCredential }

export interface HttpQuestion {
  readonly method: 'GET' | 'POST' | 'OPTIONS'
  readonly path: string
  /** `Host` as dialled where it is not given. */
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

export type TlsVersion = 'TLS1.0' | 'TLS1.1' | 'TLS1.2' | 'TLS1.3'

/** What a listener shows to a TLS 1.2 ClientHello before any key is used (RFC 5246 section 7.4). */
export interface Greeting {
  readonly answer: Answer
  /** IANA number of the suite that the listener chose. */
  readonly suite?: number
  readonly version?: TlsVersion
  /** DER, leaf first. */
  readonly chain?: readonly Uint8Array[]
  /** DER names of the CAs that the listener accepts; `null` = it asks for no certificate. */
  readonly authorities?: readonly Uint8Array[] | null
}

/**
 * Asks one question at a time of a listener, and judges by what is answered, not by a handshake.
 * Reads only. Each method comes back within the prober's time limit, whatever the other side does,
 * and closes its connection. A door that cannot be tried is an `Answer`; only an aborted signal
 * throws (KeepError `cancelled`).
 */
export interface Prober {
  /** Whether anyone accepts TCP connections: `answered` or `unreachable`. */
  reach(door: Door, signal?: AbortSignal): Promise<Answer>
  /** A serializable gRPC Range for the name of at most one Secret; HTTP/2 with prior knowledge. */
  range(door: Door, transport: Transport, signal?: AbortSignal): Promise<Answer>
  /** One HTTP/1.1 request. */
  http(
    door: Door,
    transport: Transport,
    question: HttpQuestion,
    signal?: AbortSignal,
  ): Promise<HttpAnswer>
  /** A bare ClientHello that offers exactly this version (up to 1.2) and these suites. */
  greet(
    door: Door,
    version: Exclude<TlsVersion, 'TLS1.3'>,
    suites: readonly number[],
    signal?: AbortSignal,
  ): Promise<Greeting>
  /** A TLS 1.3 handshake without a client certificate, as far as the listener's certificate. */
  greetModern(door: Door, signal?: AbortSignal): Promise<Greeting>
}
