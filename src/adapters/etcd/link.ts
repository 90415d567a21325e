// One connection to one endpoint.
import type { Transport } from '@connectrpc/connect'
import { createGrpcTransport, Http2SessionManager } from '@connectrpc/connect-node'
import { createSecureContext } from 'node:tls'
import { KeepError, messageOf } from '../../core/error.ts'
import type { EtcdTls } from '../../ports/etcd.ts'
import { unreachable } from './transport-errors.ts'

/** Bytes a peer may send before it has to wait: the default of 64 KiB throttles large answers. */
const WINDOW = 4 * 1024 * 1024

export interface Link {
  readonly endpoint: string
  readonly transport: Transport
  /** Resolves when a call can be sent; throws KeepError when it cannot, and then nothing was sent. */
  ready(signal: AbortSignal): Promise<void>
  close(): void
}

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

const aborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    const stop = () => reject(signal.reason)
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop, { once: true })
  })

export function openLink(endpoint: string, tls: EtcdTls | undefined): Link {
  const { origin } = parseEndpoint(endpoint)
  const sessions = new Http2SessionManager(
    origin,
    {},
    { ...tlsOptions(tls), settings: { initialWindowSize: WINDOW } },
  )
  const transport = createGrpcTransport({
    baseUrl: origin,
    sessionManager: sessions,
    acceptCompression: [],
  })
  return {
    endpoint,
    transport,
    async ready(signal) {
      const opening = sessions.connect()
      const state = await Promise.race([opening, aborted(signal)])
      if (state === 'error') throw unreachable(sessions.error(), endpoint)
    },
    close: () => sessions.abort(),
  }
}
