import type { Prober } from '../../ports/prober.ts'
import { askGreeting } from './ask-greeting.ts'
import { askHttp } from './ask-http.ts'
import { askModernGreeting } from './ask-modern-greeting.ts'
import { askRange } from './ask-range.ts'
import { askReach } from './ask-reach.ts'
import type { Call } from './converse.ts'
import { turnstile } from './turnstile.ts'

export interface NetworkProberOptions {
  /** For each question, from connecting to the answer; default 2000. */
  readonly timeoutMs?: number
  /** Connections open at the same time; default 16. */
  readonly concurrency?: number
}

/** Asks over real connections from this machine. */
export function networkProber(options: NetworkProberOptions = {}): Prober {
  const { timeoutMs = 2000, concurrency = 16 } = options
  const inTurn = turnstile(concurrency)
  const plain = { timeoutMs, transport: { tls: false }, protocols: [] } as const
  const http2 = { timeoutMs, protocols: ['h2'] } as const
  const http1 = { timeoutMs, protocols: ['http/1.1'] } as const
  const ask = <T>(call: Call, question: (call: Call) => Promise<T>) => inTurn(() => question(call))
  return {
    reach: (door, signal) => ask({ ...plain, door, signal }, askReach),
    range: (door, transport, signal) => ask({ ...http2, door, transport, signal }, askRange),
    http: (door, transport, question, signal) =>
      ask({ ...http1, door, transport, signal }, (call) => askHttp(call, question)),
    greet: (door, version, suites, signal) =>
      ask({ ...plain, door, signal }, (call) => askGreeting(call, { version, suites })),
    greetModern: (door, signal) => ask({ ...plain, door, signal }, askModernGreeting),
  }
}
