// One connection to one endpoint.
import type { Transport } from '@connectrpc/connect'
import { createGrpcTransport } from '@connectrpc/connect-node'
import type { EtcdTls } from '../../ports/etcd.ts'
import { parseEndpoint, tlsMaterial } from './material.ts'
import { openSessions } from './session.ts'
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

const aborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    const stop = () => reject(signal.reason)
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop, { once: true })
  })

export function openLink(endpoint: string, tls: EtcdTls | undefined): Link {
  const { origin } = parseEndpoint(endpoint)
  const { options, refuse } = tlsMaterial(tls)
  const settings = { initialWindowSize: WINDOW }
  const sessions = openSessions(origin, { ...options, settings }, refuse)
  const transport = createGrpcTransport({
    baseUrl: origin,
    sessionManager: sessions,
    acceptCompression: [],
  })
  return {
    endpoint,
    transport,
    async ready(signal) {
      const opening = sessions.ready().catch((thrown: unknown) => {
        throw unreachable(thrown, endpoint)
      })
      await Promise.race([opening, aborted(signal)])
    },
    close: () => sessions.close(),
  }
}
