// One HTTP/1.1 request, written and read by hand: what comes back may be anything.
import { isIPv6 } from 'node:net'
import type { Answer, HttpAnswer, HttpQuestion } from '../../ports/prober.ts'
import { converse, type Call } from './converse.ts'

/** Enough for any header block; the body matters only where it says why. */
const LIMIT = 32_768

const DENIED = new Set([401, 403, 421])
const ABSENT = new Set([404, 405, 501])
/** Something answers, but not what was asked. 503 is what etcd's own health check says. */
const BROKEN = new Set([500, 502, 504])

export function outcomeOfStatus(status: number, body: string): Answer['outcome'] {
  if (status === 400) return /HTTPS server/i.test(body) ? 'refused' : 'denied'
  if (DENIED.has(status)) return 'denied'
  if (BROKEN.has(status)) return 'unclear'
  return ABSENT.has(status) ? 'refused' : 'answered'
}

/** Undefined as long as the header block is not complete; `unclear` where it is no HTTP/1. */
export function readAnswer(bytes: Buffer, ended: boolean): HttpAnswer | undefined {
  const text = bytes.toString('latin1')
  const start = 'HTTP/1.'
  if (!text.startsWith(start.slice(0, text.length)))
    return { outcome: 'unclear', detail: 'the answer is not HTTP' }
  const end = text.indexOf('\r\n\r\n')
  if (end === -1)
    return bytes.length > LIMIT ? { outcome: 'unclear', detail: 'endless HTTP header' } : undefined
  const match = /^HTTP\/1\.[01] (\d{3})(?: [^\r\n]*)?\r\n/.exec(`${text.slice(0, end)}\r\n`)
  const status = Number(match?.[1])
  if (!match || status < 200 || status > 599)
    return { outcome: 'unclear', detail: 'the answer is not HTTP' }
  // The body of a 400 says whether TLS or etcd turned the request down.
  const body = text.slice(end + 4)
  if (status === 400 && !ended && body.length < 64) return undefined
  const headers = Object.fromEntries(
    text
      .slice(match[0].length, end)
      .split('\r\n')
      .map((line) => [
        line.slice(0, line.indexOf(':')).toLowerCase(),
        line.slice(line.indexOf(':') + 1).trim(),
      ]),
  )
  return { outcome: outcomeOfStatus(status, body), detail: `HTTP ${status}`, status, headers }
}

function requestText(call: Call, question: HttpQuestion): string {
  const { host, port } = call.door
  const body = question.body ?? ''
  const headers = {
    Host: `${isIPv6(host) ? `[${host}]` : host}:${port}`,
    'User-Agent': 'etcdkeep',
    Connection: 'close',
    ...(body !== '' && { 'Content-Type': 'application/json', 'Content-Length': body.length }),
    ...question.headers,
  }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  return [`${question.method} ${question.path} HTTP/1.1`, ...lines, '', body].join('\r\n')
}

export const askHttp = (call: Call, question: HttpQuestion): Promise<HttpAnswer> =>
  converse<HttpAnswer>(call, (socket, settle) => {
    let bytes = Buffer.alloc(0)
    socket.on('data', (chunk: Buffer) => {
      bytes = Buffer.concat([bytes, chunk])
      const answer = readAnswer(bytes, false)
      if (answer) settle(answer)
    })
    socket.once('end', () => {
      const answer = bytes.length === 0 ? undefined : readAnswer(bytes, true)
      settle(answer ?? { outcome: 'refused', detail: 'connection closed' })
    })
    socket.write(requestText(call, question))
  })
