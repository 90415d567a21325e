// HTTP paths of one door, without a certificate and with the good one.
import { known, missing } from '../../core/fact.ts'
import type { Answer, Door, HttpQuestion, Transport } from '../../ports/prober.ts'
import type { Attempt, ListenerProbe, ListenerRole } from '../facts/probes.ts'
import type { ProbeTools } from './probe-tools.ts'

const CLIENT_PATHS = [
  '/metrics',
  '/health',
  '/version',
  '/debug/vars',
  '/debug/pprof/',
  '/debug/requests',
  '/v3/kv/range',
]
const HTTP_PATHS: Readonly<Record<ListenerRole, readonly string[]>> = {
  client: CLIENT_PATHS,
  'client-http': CLIENT_PATHS,
  peer: ['/members', '/version'],
  metrics: ['/metrics', '/health'],
}

/** One key that is there or not (`/`), counted: a read without a value. */
const RANGE = '{"key":"Lw==","count_only":true,"serializable":true}'

const FOREIGN = 'etcdkeep.invalid'

const ask = (path: string): HttpQuestion =>
  path === '/v3/kv/range' ? { method: 'POST', path, body: RANGE } : { method: 'GET', path }

/** What every listener of this role answers with 200. */
export const questionFor = (role: ListenerRole): HttpQuestion =>
  ask(role === 'metrics' ? '/metrics' : role === 'peer' ? '/members' : '/version')

export interface HttpProbe {
  readonly tools: ProbeTools
  readonly door: Door
  readonly role: ListenerRole
  readonly anonymous: Transport
  /** How TLS turned the anonymous caller away: no path will tell more. */
  readonly refused?: Attempt
  readonly good?: Transport
}

export async function probeHttp(
  probe: HttpProbe,
): Promise<Pick<ListenerProbe, 'http' | 'allowedOrigin' | 'foreignHost'>> {
  const { tools, door, anonymous, refused, good } = probe
  const { prober, now, signal } = tools
  const stamp = ({ outcome, detail }: Answer): Attempt => ({
    outcome,
    detail,
    at: now().toISOString(),
  })
  const asking = Promise.all(
    HTTP_PATHS[probe.role].map(async (path) => {
      const first = refused ?? stamp(await prober.http(door, anonymous, ask(path), signal))
      const second = good && stamp(await prober.http(door, good, ask(path), signal))
      return [path, { anonymous: first, ...(second && { withGood: second }) }] as const
    }),
  )
  if (refused || probe.role === 'peer' || probe.role === 'metrics')
    return { http: Object.fromEntries(await asking) }
  const version = ask('/version')
  const foreign = (headers: Record<string, string>) =>
    prober.http(door, anonymous, { ...version, headers }, signal)
  const [answers, origin, host] = await Promise.all([
    asking,
    foreign({ Origin: `https://${FOREIGN}` }),
    foreign({ Host: FOREIGN }),
  ])
  // TLS turned the caller away before any header could be read.
  if (!origin.headers && origin.outcome === 'refused') return { http: Object.fromEntries(answers) }
  return {
    http: Object.fromEntries(answers),
    allowedOrigin:
      origin.headers && origin.outcome !== 'unclear'
        ? known(origin.headers['access-control-allow-origin'] ?? null)
        : missing(`/version: ${origin.detail}`),
    foreignHost: stamp(host),
  }
}
