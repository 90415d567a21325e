// kube-apiserver's own port, as a stranger sees it: TLS, and two reads without a credential.
import { known, missing, type Fact } from '../../core/fact.ts'
import { setting, type Launch } from '../../effective/model.ts'
import type { Answer } from '../../ports/prober.ts'
import type { Attempt, ListenerProbe } from '../facts/probes.ts'
import type { Apiserver } from '../observation.ts'
import { addressOf, doorOf } from './door.ts'
import { probeTls } from './probe-tls.ts'
import type { ProbeTools } from './probe-tools.ts'

/** What anybody may read by default, and what nobody may read without being known. */
export const ANONYMOUS_PATHS = ['/version', '/api/v1/namespaces'] as const

function secureUrl(launch: Launch): string {
  const address = setting(launch, 'bind-address') ?? '0.0.0.0'
  const host = address.includes(':') ? `[${address}]` : address
  return `https://${host}:${setting(launch, 'secure-port') ?? '6443'}`
}

/** Only where its process is here: whatever else answers at the address would be blamed on it. */
export async function apiserverListener(
  tools: ProbeTools,
  { running }: Pick<Apiserver, 'running'>,
): Promise<Fact<ListenerProbe>> {
  if (!running.known) return missing('no process of it was found on this host', 'run on its host')
  const url = secureUrl(running.value)
  const door = doorOf(url)
  if (!door.known) return door
  const { prober, now, signal } = tools
  const address = addressOf(door.value)
  const reach = await prober.reach(door.value, signal)
  if (reach.outcome !== 'answered')
    return missing(`${address}: ${reach.detail}`, 'a network position that reaches the API server')
  const stamp = ({ outcome, detail }: Answer): Attempt => ({
    outcome,
    detail,
    at: now().toISOString(),
  })
  const shown = await probeTls(prober, door.value, stamp, signal)
  const asked = ANONYMOUS_PATHS.map(async (path) => {
    const answer = await prober.http(door.value, { tls: true }, { method: 'GET', path }, signal)
    return [path, { anonymous: stamp(answer) }] as const
  })
  const http = Object.fromEntries(await Promise.all(asked))
  return known({
    role: 'client-http',
    url,
    address,
    origin: { layer: running.value.layer, source: running.value.source },
    reachable: known(true),
    plaintext: {},
    tls: {},
    ...shown,
    http,
  })
}
