// A socket with an HTTP/2 connection on it, bounded in time.
import { connect as tcpConnect, isIP, type Socket, type TcpNetConnectOpts } from 'node:net'
import { connect as tlsConnect, TLSSocket, type ConnectionOptions } from 'node:tls'
import { KeepError } from '../../core/error.ts'
import { H2Connection } from './connection.ts'

export interface Dialing {
  readonly url: URL
  /** For https; as tls.connect takes them. */
  readonly tls: ConnectionOptions
  /** Asked when TLS stands and before anything is sent; an error ends the connection. */
  readonly refuse?: (socket: TLSSocket) => Error | undefined
  readonly signal: AbortSignal
  /** Milliseconds without a byte after which the peer counts as hung. */
  readonly silenceMs: number
  /** The error for a failure of the socket. */
  readonly failure: (cause: unknown) => KeepError
}

export interface Dialed {
  readonly connection: H2Connection
  /** Reads no more until `resume`; what was read already may still come. */
  pause(): void
  resume(): void
  /** From now on the caller watches for silence. */
  noSilenceLimit(): void
  close(): void
}

const READ_BUFFER = 256 * 1024

function openSocket(
  { url, tls }: Dialing,
  onBytes: (bytes: Buffer, length: number) => void,
): Socket {
  const secure = url.protocol === 'https:'
  const host = url.hostname.replace(/^\[|\]$/g, '')
  // One buffer for all reads: nothing is allocated for a chunk.
  const bytes = Buffer.allocUnsafeSlow(READ_BUFFER)
  const onread: TcpNetConnectOpts['onread'] = {
    buffer: bytes,
    callback: (length) => {
      onBytes(bytes, length)
      return true
    },
  }
  const to = { host, port: Number(url.port || (secure ? 443 : 80)), onread, noDelay: true }
  if (!secure) return tcpConnect(to)
  return tlsConnect({
    ...to,
    ALPNProtocols: ['h2'],
    ...(isIP(host) === 0 && { servername: host }),
    ...tls,
  } as ConnectionOptions)
}

/** Resolves when the connection stands. Throws KeepError by `failure`, or the signal's reason. */
export function dialH2(dialing: Dialing): Promise<Dialed> {
  const { signal, silenceMs, failure } = dialing
  return new Promise((resolve, reject) => {
    let connection: H2Connection | undefined
    const socket = openSocket(dialing, (bytes, length) => connection?.push(bytes, length))
    const stop = (why: KeepError) => {
      connection?.fail(why)
      socket.destroy()
      reject(why)
    }
    const onAbort = () =>
      stop(
        new KeepError('cancelled', 'etcd.cancelled', 'the read was given up', {
          hint: 'Run it again.',
          cause: signal.reason,
        }),
      )
    socket.setTimeout(silenceMs, () => stop(failure(new Error(`nothing came for ${silenceMs} ms`))))
    socket.on('error', (cause) => stop(failure(cause)))
    socket.on('close', () => {
      signal.removeEventListener('abort', onAbort)
      stop(failure(new Error('the connection was closed')))
    })
    socket.once(socket instanceof TLSSocket ? 'secureConnect' : 'connect', () => {
      if (socket instanceof TLSSocket && socket.alpnProtocol !== 'h2')
        return stop(failure(new Error('the server does not talk HTTP/2')))
      const why = socket instanceof TLSSocket ? dialing.refuse?.(socket) : undefined
      if (why) return stop(failure(why))
      connection = new H2Connection(socket)
      resolve({
        connection,
        pause: () => socket.pause(),
        resume: () => socket.resume(),
        noSilenceLimit: () => socket.setTimeout(0),
        close: () => socket.destroy(),
      })
    })
    if (signal.aborted) onAbort()
    else signal.addEventListener('abort', onAbort, { once: true })
  })
}
