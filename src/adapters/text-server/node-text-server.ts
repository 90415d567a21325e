import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { KeepError } from '../../core/error.ts'
import type { ServeText } from '../../ports/text-server.ts'

const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost'])

const cannot = (place: string, cause: NodeJS.ErrnoException): KeepError =>
  cause.code === 'EADDRINUSE'
    ? new KeepError('conflict', 'listen.taken', `${place} is taken`, {
        hint: 'name another port: agent.listen',
        cause,
      })
    : new KeepError('unavailable', 'listen.failed', `cannot listen on ${place}: ${cause.code}`, {
        cause,
      })

/** Loopback alone: it has neither TLS nor authentication. */
export const nodeTextServer: ServeText = async ({ host, port, path }, page) => {
  if (!LOOPBACK.has(host))
    throw new KeepError('usage', 'listen.not-loopback', `${host} is not a loopback address`, {
      hint: 'listen on 127.0.0.1, and put a proxy with TLS and authentication before it',
    })
  const server = createServer((request, response) => {
    const answer = (status: number, type: string, text: string) =>
      response.writeHead(status, { 'content-type': type }).end(text)
    if (request.method !== 'GET' || request.url !== path) answer(404, 'text/plain', 'not here\n')
    else
      page().then(
        ({ type, text }) => answer(200, type, text),
        () => answer(500, 'text/plain', 'failed\n'),
      )
  })
  server.headersTimeout = 5000
  server.requestTimeout = 5000
  await new Promise<void>((done, failed) => {
    server.once('error', (cause) => failed(cannot(`${host}:${port}`, cause)))
    server.listen(port, host, done)
  })
  const bound = (server.address() as AddressInfo).port
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}${path}`,
    close: () =>
      new Promise((done) => {
        server.close(() => done())
        server.closeAllConnections()
      }),
  }
}
