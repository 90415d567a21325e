// Whether a server is the one that was meant: by its certificate, or by a key that is known to be its own.
import type { TLSSocket } from 'node:tls'
import { createHash } from 'node:crypto'
import type { EtcdTls } from '../../ports/etcd.ts'

/** Looks at a connection that stands; the error that it must end with, or undefined. */
export type RefuseServer = (socket: TLSSocket) => Error | undefined

/** SHA-256 of the public key that the handshake proved the server to hold, hexadecimal. */
function provenKey(socket: TLSSocket): string | undefined {
  const spki = socket.getPeerX509Certificate()?.publicKey.export({ type: 'spki', format: 'der' })
  return spki && createHash('sha256').update(spki).digest('hex')
}

/** Node's reason: a code as a string, whatever its types say. */
function reason(socket: TLSSocket): Error {
  const why: unknown = socket.authorizationError
  if (why instanceof Error) return why
  const code = typeof why === 'string' ? why : 'CERT_REJECTED'
  return Object.assign(new Error(code), { code })
}

/** For `serverKeys`: Node must not end the handshake by itself, so the certificate is judged here. */
export const refuserFor = ({ serverKeys = [] }: EtcdTls): RefuseServer | undefined =>
  serverKeys.length === 0
    ? undefined
    : (socket) =>
        socket.authorized || serverKeys.includes(provenKey(socket) ?? '')
          ? undefined
          : reason(socket)
