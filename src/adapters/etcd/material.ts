// A target's endpoints and TLS material as Node takes them.
import { createSecureContext } from 'node:tls'
import { KeepError, messageOf } from '../../core/error.ts'
import type { EtcdTls } from '../../ports/etcd.ts'

export function parseEndpoint(endpoint: string): URL {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined
  if (url && (url.protocol === 'http:' || url.protocol === 'https:') && url.host !== '') return url
  throw new KeepError('usage', 'etcd.bad-endpoint', `endpoint ${endpoint} is no URL of etcd`, {
    hint: 'Write it as https://host:2379.',
  })
}

export function tlsOptions(tls: EtcdTls | undefined): object {
  if (!tls) return {}
  const material = {
    ...(tls.ca !== undefined && { ca: tls.ca }),
    ...(tls.cert !== undefined && { cert: tls.cert }),
    ...(tls.key && { key: tls.key.reveal() }),
  }
  try {
    return {
      secureContext: createSecureContext(material),
      ...(tls.serverName !== undefined && { servername: tls.serverName }),
      ...(tls.rejectUnauthorized === false && { rejectUnauthorized: false }),
    }
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
