import { isIP } from 'node:net'
import type { Answer, Greeting, TlsVersion } from '../../ports/prober.ts'
import { clientHello, VERSION_NUMBERS, type Hello } from './client-hello.ts'
import { converse, type Call } from './converse.ts'
import { readFlight, type Flight } from './server-flight.ts'

const VERSIONS = Object.keys(VERSION_NUMBERS) as (keyof typeof VERSION_NUMBERS)[]

const named = (version: number | undefined): TlsVersion | undefined =>
  VERSIONS.find((name) => VERSION_NUMBERS[name] === version)

const answerOf = (flight: Flight): Answer => {
  if (flight.alert !== undefined) return { outcome: 'refused', detail: `alert ${flight.alert}` }
  return {
    outcome: 'answered',
    detail: `ServerHello ${named(flight.version) ?? 'unknown version'}`,
  }
}

function greeting(flight: Flight): Greeting {
  const version = named(flight.version)
  return {
    answer: answerOf(flight),
    ...(flight.suite !== undefined && { suite: flight.suite }),
    ...(version && { version }),
    ...(flight.chain && { chain: flight.chain }),
    ...(flight.authorities !== undefined && { authorities: flight.authorities }),
  }
}

/** Undefined as long as more has to come. */
function read(bytes: Buffer): Greeting | undefined {
  try {
    const flight = readFlight(bytes)
    return flight.complete || flight.alert !== undefined ? greeting(flight) : undefined
  } catch {
    return { answer: { outcome: 'unclear', detail: 'the answer is not TLS' } }
  }
}

/** Sends a bare ClientHello and reads the server's first flight; the handshake goes no further. */
export async function askGreeting(call: Call, hello: Hello): Promise<Greeting> {
  const { host } = call.door
  let found: Greeting | undefined
  const answer = await converse<Answer>(
    { ...call, transport: { tls: false } },
    (socket, settle) => {
      let bytes = Buffer.alloc(0)
      socket.on('data', (chunk: Buffer) => {
        bytes = Buffer.concat([bytes, chunk])
        found ??= read(bytes)
        if (found) settle(found.answer)
      })
      socket.write(clientHello({ ...hello, ...(isIP(host) === 0 && { serverName: host }) }))
    },
  )
  return found ?? { answer }
}
