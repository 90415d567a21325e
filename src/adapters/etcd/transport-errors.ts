// Failures below gRPC: nobody answers, or TLS says no.
import { KeepError } from '../../core/error.ts'

interface Coded {
  /** Node's: `ECONNREFUSED`, `ERR_SSL_…`; empty where there is none. */
  readonly code: string
  readonly message: string
}

const coded = (error: Error): Coded => ({
  code: 'code' in error && typeof error.code === 'string' ? error.code : '',
  message: error.message,
})

function* chain(thrown: unknown): Generator<Coded> {
  for (let at = thrown, depth = 0; at instanceof Error && depth < 8; at = at.cause, depth += 1) {
    yield coded(at)
    if (!(at instanceof AggregateError)) continue
    for (const one of at.errors) if (one instanceof Error) yield coded(one)
  }
}

const ALERT = /ALERT|alert/
const UNTRUSTED =
  /^(UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|CERT_|ERR_TLS_CERT_ALTNAME|INVALID_CA|HOSTNAME_MISMATCH)/

/** The refusal of either side's certificate, if this is one. */
export function refusedByTls(thrown: unknown, endpoint: string): KeepError | undefined {
  for (const { code, message } of chain(thrown)) {
    if (UNTRUSTED.test(code))
      return new KeepError(
        'unavailable',
        'etcd.server-untrusted',
        `${endpoint}: the server's certificate is not accepted: ${message}`,
        {
          hint: 'Check the CA bundle, and that the certificate names the host of the endpoint.',
          cause: thrown,
        },
      )
    if (code.startsWith('ERR_SSL') && (ALERT.test(code) || ALERT.test(message)))
      return new KeepError(
        'denied',
        'etcd.certificate-refused',
        `${endpoint} refused the TLS connection (${code
          .replace(/^ERR_SSL_/, '')
          .toLowerCase()
          .replaceAll('_', ' ')})`,
        { hint: "Give a client certificate and key of the listener's client CA.", cause: thrown },
      )
    if (code === 'ERR_SSL_WRONG_VERSION_NUMBER' || code === 'EPROTO')
      return new KeepError('unavailable', 'etcd.not-tls', `${endpoint} does not talk TLS`, {
        hint: 'Use http:// for a listener without TLS.',
        cause: thrown,
      })
  }
  return undefined
}

export function unreachable(thrown: unknown, endpoint: string, text?: string): KeepError {
  const refused = refusedByTls(thrown, endpoint)
  if (refused) return refused
  const reason = [...chain(thrown)].map(({ code }) => code).find((code) => code !== '')
  return new KeepError(
    'unavailable',
    'etcd.unreachable',
    `${endpoint} could not be reached: ${reason ?? text ?? 'the connection was closed'}`,
    { hint: 'Check the endpoint, the network and that etcd runs there.', cause: thrown },
  )
}
