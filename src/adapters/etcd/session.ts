// One HTTP/2 session to one endpoint, opened when it is needed and again when it was lost.
import {
  connect,
  type ClientHttp2Session,
  type ClientHttp2Stream,
  type SecureClientSessionOptions,
} from 'node:http2'
import { TLSSocket } from 'node:tls'
import type { createGrpcTransport } from '@connectrpc/connect-node'
import type { RefuseServer } from './server-identity.ts'

type Manager = NonNullable<Parameters<typeof createGrpcTransport>[0]['sessionManager']>

export interface Sessions extends Manager {
  /** Resolves when requests can be sent, rejects with what kept the connection from standing. */
  ready(): Promise<void>
  close(): void
}

/** While a stream is open the process waits for it; an idle connection keeps no process alive. */
function keepAlive(
  session: ClientHttp2Session,
  streams: { open: number },
  stream: ClientHttp2Stream,
): void {
  streams.open += 1
  session.ref()
  stream.once('close', () => {
    streams.open -= 1
    if (streams.open === 0) session.unref()
  })
}

/**
 * Connect's own session manager listens for no errors between a connection and its first request: garbage sent in
 * that moment ends the whole process. Here somebody always listens.
 */
export function openSessions(
  origin: string,
  options: SecureClientSessionOptions,
  refuse?: RefuseServer,
): Sessions {
  const streams = { open: 0 }
  let session: ClientHttp2Session | undefined
  let opening: Promise<ClientHttp2Session> | undefined
  const open = (): Promise<ClientHttp2Session> =>
    new Promise((resolve, reject) => {
      const made = connect(origin, options)
      session = made
      made.on('error', reject)
      made.once('close', () => reject(new Error('the connection was closed')))
      made.once('connect', (_, socket) => {
        const why = socket instanceof TLSSocket ? refuse?.(socket) : undefined
        if (why) return made.destroy(why)
        made.unref()
        resolve(made)
      })
    })
  const usable = (): Promise<ClientHttp2Session> => {
    if (!opening || session?.closed || session?.destroyed) opening = open()
    return opening
  }
  return {
    authority: new URL(origin).origin,
    async ready() {
      await usable()
    },
    async request(method, path, headers, streamOptions) {
      const made = await usable()
      const stream = made.request({ ...headers, ':method': method, ':path': path }, streamOptions)
      keepAlive(made, streams, stream)
      return stream
    },
    notifyResponseByteRead() {},
    close() {
      session?.destroy()
    },
  }
}
