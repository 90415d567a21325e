import { isIP } from 'node:net'
import { connect as connectTls, type DetailedPeerCertificate } from 'node:tls'
import type { Answer, Greeting } from '../../ports/prober.ts'
import { converse, type Call } from './converse.ts'
import { answerOfError } from './socket-error.ts'

/** Leaf first; Node links a self-signed certificate to itself. */
function chainOf(leaf: DetailedPeerCertificate): readonly Uint8Array[] {
  const chain: Uint8Array[] = []
  let next: DetailedPeerCertificate | undefined = leaf
  const known = new Set<string>()
  while (next?.raw && !known.has(next.fingerprint256)) {
    known.add(next.fingerprint256)
    chain.push(next.raw)
    next = next.issuerCertificate
  }
  return chain
}

/** A TLS 1.3 handshake up to the server's certificate: the refusal of ours would only come after it. */
export async function askModernGreeting(call: Call): Promise<Greeting> {
  const { host } = call.door
  let chain: readonly Uint8Array[] | undefined
  const answer = await converse<Answer>({ ...call, transport: { tls: false } }, (raw, settle) => {
    const socket = connectTls({
      socket: raw,
      rejectUnauthorized: false,
      minVersion: 'TLSv1.3',
      maxVersion: 'TLSv1.3',
      ALPNProtocols: ['h2', 'http/1.1'],
      ...(isIP(host) === 0 && { servername: host }),
    })
    socket.on('error', (error) => settle(answerOfError(error, true)))
    socket.once('secureConnect', () => {
      chain = chainOf(socket.getPeerCertificate(true))
      settle({ outcome: 'answered', detail: 'handshake TLS1.3' })
    })
  })
  return {
    answer,
    ...(chain && { chain, version: 'TLS1.3' as const }),
  }
}
