// Servers that are no etcd: they hang, talk nonsense, never end, slam the door.
import { createServer, type AddressInfo, type Socket } from 'node:net'
import type { TestContext } from 'node:test'
import { createServer as createTlsServer } from 'node:tls'
import { issue } from '../../src/pki/issue.ts'
import { privatePem } from '../../src/pki/key.ts'
import { authority, server } from '../../src/pki/profiles.ts'

type Behaviour = (socket: Socket) => void

function flood(socket: Socket, chunk: Buffer): void {
  const more = () => {
    while (!socket.destroyed && socket.write(chunk));
  }
  socket.on('drain', more)
  more()
}

const SETTINGS = Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0])
const PING = Buffer.from([0, 0, 8, 6, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8])
const answering = (text: string) => (socket: Socket) => socket.once('data', () => socket.end(text))

export const BEHAVIOURS: Readonly<Record<string, Behaviour>> = {
  hangs: () => undefined,
  'talks garbage': (socket) => socket.write('\0\u00ff garbage \u001b[2J<script>\r\n'.repeat(20)),
  'never stops talking': (socket) => flood(socket, Buffer.alloc(65_536, 0x41)),
  'never stops sending zeros': (socket) => flood(socket, Buffer.alloc(65_536)),
  resets: (socket) => socket.destroy(),
  'hangs up': (socket) => socket.end(),
  'drips bytes': (socket) => {
    const timer = setInterval(() => socket.write('H'), 50)
    socket.on('close', () => clearInterval(timer))
  },
  'is a broken web server': answering(
    'HTTP/1.1 500 Internal Server Error\r\nContent-Length: 4\r\n\r\nboom',
  ),
  'never ends its HTTP header': (socket) =>
    socket.once('data', () => {
      socket.write('HTTP/1.1 200 OK\r\n')
      flood(socket, Buffer.from('X: y\r\n'.repeat(1000)))
    }),
  'says hello in HTTP/2 and hangs': (socket) => socket.write(SETTINGS),
  'floods with HTTP/2 pings': (socket) => {
    socket.write(SETTINGS)
    flood(socket, Buffer.concat(Array.from({ length: 1000 }, () => PING)))
  },
  'answers with a TLS alert': (socket) => socket.end(Buffer.from([0x15, 3, 3, 0, 2, 2, 40])),
  'sends a broken TLS flight': (socket) =>
    socket.once('data', () =>
      socket.write(
        Buffer.concat([Buffer.from([0x16, 3, 3, 0, 200, 2, 0, 0, 196]), Buffer.alloc(196, 7)]),
      ),
    ),
}

async function selfSigned(): Promise<{ key: string; cert: string }> {
  const life = { now: new Date(), days: 1 }
  const ca = await issue(authority('nobody', life))
  const served = await issue(server({ name: 'x', places: ['https://127.0.0.1:1'] }, life), ca)
  return { key: privatePem(served.key).reveal(), cert: served.pem }
}

/** Listens until the test ends; `host:port`. */
export async function startBadServer(
  t: TestContext,
  behave: Behaviour,
  over: 'tcp' | 'tls',
): Promise<string> {
  const open = new Set<Socket>()
  const take = (socket: Socket) => {
    open.add(socket)
    socket.on('error', () => undefined)
    behave(socket)
  }
  const ALPNProtocols = ['h2', 'http/1.1']
  const listener =
    over === 'tcp'
      ? createServer(take)
      : createTlsServer({ ...(await selfSigned()), ALPNProtocols }, take)
  if (over === 'tls') listener.on('connection', (socket: Socket) => open.add(socket))
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    listener.close()
    for (const socket of open) socket.destroy()
  })
  return `127.0.0.1:${(listener.address() as AddressInfo).port}`
}
