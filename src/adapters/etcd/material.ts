// A target's endpoints and TLS material as Node takes them.
import { createSecureContext, type ConnectionOptions } from 'node:tls'
import { KeepError, messageOf } from '../../core/error.ts'
import type { EtcdTls } from '../../ports/etcd.ts'
import { refuserFor, type RefuseServer } from './server-identity.ts'

export function parseEndpoint(endpoint: string): URL {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined
  if (url && (url.protocol === 'http:' || url.protocol === 'https:') && url.host !== '') return url
  throw new KeepError('usage', 'etcd.bad-endpoint', `endpoint ${endpoint} is no URL of etcd`, {
    hint: 'Write it as https://host:2379.',
  })
}

export interface TlsMaterial {
  readonly options: ConnectionOptions
  /** To be asked before anything is sent. */
  readonly refuse?: RefuseServer
}

export function tlsMaterial(tls: EtcdTls | undefined): TlsMaterial {
  if (!tls) return { options: {} }
  const material = {
    ...(tls.ca !== undefined && { ca: tls.ca }),
    ...(tls.cert !== undefined && { cert: tls.cert }),
    ...(tls.key && { key: tls.key.reveal() }),
  }
  try {
    const refuse = tls.rejectUnauthorized === false ? undefined : refuserFor(tls)
    const options = {
      secureContext: createSecureContext(material),
      ...(tls.serverName !== undefined && { servername: tls.serverName }),
      ...((tls.rejectUnauthorized === false || refuse) && { rejectUnauthorized: false }),
    }
    return { options, ...(refuse && { refuse }) }
  } catch (cause) {
    // OpenSSL's words name the PEM problem and hold none of the key.
    throw new KeepError(
      'config',
      'etcd.bad-tls',
      `TLS material cannot be used: ${messageOf(cause)}`,
      {
        hint: 'Give PEM files of a certificate and of the unencrypted key that belongs to it.',
      },
    )
  }
}
