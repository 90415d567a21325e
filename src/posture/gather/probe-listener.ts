// Tries one door in every way that a stranger or a colleague could.
import { known, missing, type Fact } from '../../core/fact.ts'
import type { Answer, Door, HttpQuestion, Transport } from '../../ports/prober.ts'
import type { Attempt, Credential, ListenerProbe } from '../facts/probes.ts'
import { addressOf, doorOf } from './door.ts'
import type { Listening } from './listening.ts'
import { probeHttp, questionFor } from './probe-http.ts'
import { probeTls } from './probe-tls.ts'
import type { ProbeTools } from './probe-tools.ts'

export interface Presented {
  readonly credential: Credential
  readonly source: string
  readonly transport: Transport
}

const open = (attempt: Answer | undefined): boolean =>
  attempt?.outcome === 'answered' || attempt?.outcome === 'denied'

/** It took the connection and said nothing: every further question would cost as long. */
const hangs = (attempt: Answer | undefined): boolean => attempt?.detail === 'no answer in time'

const closedProbe = (listening: Listening, why: Fact<true>): ListenerProbe => {
  const unseen = missing(why.known ? 'not a TLS listener' : why.why)
  return {
    ...listening,
    address: '',
    reachable: why,
    plaintext: {},
    tls: {},
    versions: {},
    weakSuites: unseen,
    served: unseen,
    caPool: unseen,
    http: {},
  }
}

/** The question whose answer proves the door open, over HTTP/1.1 or as a Range. */
async function knock(
  tools: ProbeTools,
  door: Door,
  role: Listening['role'],
  transport: Transport,
): Promise<Attempt> {
  const { prober, now, signal } = tools
  const question: HttpQuestion = questionFor(role)
  const answer =
    role === 'client'
      ? await prober.range(door, transport, signal)
      : overHttp(await prober.http(door, transport, question, signal))
  return { outcome: answer.outcome, detail: answer.detail, at: now().toISOString() }
}

/** Any HTTP status but "this is an HTTPS server" came from the application: the transport let it through. */
const overHttp = (answer: Answer): Answer =>
  /^HTTP (404|405|5\d\d)$/.test(answer.detail) ? { ...answer, outcome: 'answered' } : answer

async function plaintext(
  tools: ProbeTools,
  door: Door,
  role: Listening['role'],
): Promise<ListenerProbe['plaintext']> {
  const stamp = (answer: Answer): Attempt => ({
    outcome: answer.outcome,
    detail: answer.detail,
    at: tools.now().toISOString(),
  })
  const { prober, signal } = tools
  const [http1, h2c] = await Promise.all([
    prober.http(door, { tls: false }, questionFor(role), signal),
    role === 'metrics' ? undefined : prober.range(door, { tls: false }, signal),
  ])
  return { ...(h2c && { h2c: stamp(h2c) }), http1: stamp(overHttp(http1)) }
}

/** Every credential in turn; of several that stand for the same, the first that is let in. */
async function credentials(
  tools: ProbeTools,
  door: Door,
  role: Listening['role'],
  presented: readonly Presented[],
): Promise<{ attempts: Partial<Record<Credential, Attempt>>; by: Map<Credential, Presented> }> {
  const attempts: Partial<Record<Credential, Attempt>> = {}
  const by = new Map<Credential, Presented>()
  for (const one of presented) {
    if (open(attempts[one.credential])) continue
    attempts[one.credential] = await knock(tools, door, role, one.transport)
    by.set(one.credential, one)
    if (hangs(attempts[one.credential])) break
  }
  return { attempts, by }
}

export async function probeListener(
  tools: ProbeTools,
  listening: Listening,
  presented: readonly Presented[],
): Promise<ListenerProbe> {
  const door = doorOf(listening.url)
  if (!door.known) return closedProbe(listening, door)
  const { prober, now, signal } = tools
  const address = addressOf(door.value)
  const reach = await prober.reach(door.value, signal)
  if (reach.outcome !== 'answered') {
    const why = missing(`${address}: ${reach.detail}`, 'a network position that reaches the member')
    return { ...closedProbe(listening, why), address }
  }
  const plain = await plaintext(tools, door.value, listening.role)
  const isOpen = open(plain.h2c) || open(plain.http1)
  const http = { tools, door: door.value, role: listening.role }
  const base = { ...closedProbe(listening, known(true)), address, plaintext: plain }
  if (isOpen) {
    const anonymous: Transport = { tls: false }
    return { ...base, ...(await probeHttp({ ...http, anonymous })) }
  }
  const stamp = (answer: Answer): Attempt => ({ ...answer, at: now().toISOString() })
  const shown = await probeTls(prober, door.value, stamp, signal)
  if (!shown.served.known) return { ...base, ...shown }
  const { attempts, by } = await credentials(tools, door.value, listening.role, presented)
  const told = {
    ...base,
    ...shown,
    tls: attempts,
    presented: Object.fromEntries([...by].map(([name, one]) => [name, one.source])),
  }
  if (Object.values(attempts).some(hangs)) return told
  const good = open(attempts.good) ? by.get('good')?.transport : undefined
  const none = attempts.none
  return {
    ...told,
    ...(await probeHttp({
      ...http,
      anonymous: { tls: true },
      ...(none?.outcome === 'refused' && listening.role !== 'client-http' && { refused: none }),
      ...(good && { good }),
    })),
  }
}
