// One bounded conversation over a connection of its own: it always ends, and the connection is always closed.
import { connect as connectTcp, type Socket } from 'node:net'
import { connect as connectTls, type TLSSocket } from 'node:tls'
import { isIP } from 'node:net'
import { KeepError } from '../../core/error.ts'
import type { Answer, Door, Transport } from '../../ports/prober.ts'
import { answerOfError } from './socket-error.ts'

export interface Bounds {
  readonly timeoutMs: number
  readonly signal?: AbortSignal | undefined
}

export interface Call extends Bounds {
  readonly door: Door
  readonly transport: Transport
  readonly protocols: readonly string[]
}

/** Takes the answer; all but the first are ignored. */
type Settle<T> = (answer: T | Answer) => void

const cancelled = () =>
  new KeepError('cancelled', 'probe.cancelled', 'the probe was cancelled', {
    hint: 'run it again',
  })

function secured(raw: Socket, call: Call): Socket {
  const { door, transport } = call
  if (!transport.tls) return raw
  return connectTls({
    socket: raw,
    // The listener is what is tested: who it claims to be is judged from its chain elsewhere.
    rejectUnauthorized: false,
    minVersion: 'TLSv1.2',
    ALPNProtocols: [...call.protocols],
    ...(isIP(door.host) === 0 && { servername: door.host }),
    ...(transport.credential && {
      cert: transport.credential.certificate,
      key: transport.credential.key.reveal(),
    }),
  })
}

/**
 * Connects and lets `talk` speak once the connection (and TLS, where asked for) stands. What goes
 * wrong on the way is an answer too.
 */
export function converse<T extends Answer>(
  call: Call,
  talk: (socket: Socket | TLSSocket, settle: Settle<T>) => void,
): Promise<T | Answer> {
  const { door, signal } = call
  if (signal?.aborted) return Promise.reject(cancelled())
  return new Promise((resolve, reject) => {
    let connected = false
    const raw = connectTcp({ host: door.host, port: door.port })
    const finish = (end: () => void) => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
      raw.destroy()
      end()
    }
    const settle: Settle<T> = (answer) => finish(() => resolve(answer))
    const onAbort = () => finish(() => reject(cancelled()))
    const onTime = () =>
      settle({
        outcome: connected ? 'unclear' : 'unreachable',
        detail: connected ? 'no answer in time' : 'no connection in time',
      })
    const timer = setTimeout(onTime, call.timeoutMs)
    signal?.addEventListener('abort', onAbort, { once: true })
    const onError = (error: unknown) => settle(answerOfError(error, connected))
    const onClose = () => settle({ outcome: 'refused', detail: 'connection closed' })
    raw.on('error', onError)
    raw.once('connect', () => {
      connected = true
      try {
        const socket = secured(raw, call)
        if (socket !== raw) socket.on('error', onError)
        // An alert may still be on its way up through TLS when the connection below has closed.
        socket.once('close', () => setImmediate(onClose))
        if (socket === raw) talk(socket, settle)
        else socket.once('secureConnect', () => talk(socket, settle))
      } catch (error) {
        onError(error)
      }
    })
  })
}
