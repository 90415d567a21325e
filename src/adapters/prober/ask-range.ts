// A gRPC Range over HTTP/2: etcd's own answer, which no handshake can stand for.
import { connect as connectHttp2, type IncomingHttpHeaders } from 'node:http2'
import type { Answer } from '../../ports/prober.ts'
import { converse, type Call } from './converse.ts'
import { answerOfError } from './socket-error.ts'
import { firstKey, rangeRequest } from './range-message.ts'

const LIMIT = 65_536

/** Names of gRPC codes are not needed: etcd's two refusals are, everything else is an answer. */
export function answerOfStatus(status: number, message: string, body: Buffer): Answer {
  const said = message.replace(/^(etcdserver|auth): /, '')
  if (status === 7 || status === 16 || said === 'user name is empty')
    return { outcome: 'denied', detail: `grpc-status ${status}, ${said.slice(0, 80)}` }
  const key = status === 0 ? firstKey(body) : undefined
  return {
    outcome: 'answered',
    detail: `grpc-status ${status}${key === undefined ? '' : `, read the key ${key}`}`,
  }
}

const textOf = (headers: IncomingHttpHeaders, name: string): string => {
  const value = headers[name]
  return (typeof value === 'string' ? value : (value?.[0] ?? '')).replaceAll(/[^\x20-\x7e]/g, '?')
}

const REQUEST = {
  ':method': 'POST',
  ':path': '/etcdserverpb.KV/Range',
  'content-type': 'application/grpc',
  te: 'trailers',
  'user-agent': 'etcdkeep',
}

export const askRange = (call: Call): Promise<Answer> =>
  converse<Answer>(call, (socket, settle) => {
    const scheme = call.transport.tls ? 'https' : 'http'
    const session = connectHttp2(`${scheme}://${call.door.port}.invalid`, {
      createConnection: () => socket,
      settings: { enablePush: false },
    })
    const onError = (error: unknown) => settle(answerOfError(error, true))
    session.on('error', onError)
    socket.once('close', () => session.destroy())
    const stream = session.request({ ':authority': 'etcd', ...REQUEST })
    let body = Buffer.alloc(0)
    let responded = false
    const grpc = (headers: IncomingHttpHeaders) => {
      const status = textOf(headers, 'grpc-status')
      if (/^\d{1,2}$/.test(status))
        settle(answerOfStatus(Number(status), textOf(headers, 'grpc-message'), body))
    }
    stream.on('error', onError)
    stream.on('data', (chunk: Buffer) => {
      body = Buffer.concat([body, chunk])
      if (body.length > LIMIT) settle({ outcome: 'unclear', detail: 'endless answer' })
    })
    stream.on('response', (headers) => {
      responded = true
      const status = headers[':status'] ?? 0
      if (status === 200) grpc(headers)
      else settle({ outcome: 'refused', detail: `HTTP/2 ${status}, no gRPC here` })
    })
    stream.on('trailers', grpc)
    // A connection that is cut ends the stream as well; only a response can lack its status.
    stream.on('end', () => {
      if (responded)
        setImmediate(() => settle({ outcome: 'unclear', detail: 'no gRPC status came back' }))
    })
    stream.end(rangeRequest())
  })
