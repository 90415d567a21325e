// Tries every door of one member: what its process listens on, what its manifest promises, and endpoints given by the user.
import { missing, known, valueOf, type Fact } from '../../core/fact.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Host } from '../../ports/host.ts'
import type { Prober } from '../../ports/prober.ts'
import type { Credential, ListenerProbe } from '../facts/probes.ts'
import type { Apiserver, Member } from '../observation.ts'
import { clientKeys, nameless, type ClientKeys } from './client-keys.ts'
import type { NamedCredential } from './named-credential.ts'
import { listening, type Listening } from './listening.ts'
import type { GatherOptions } from './options.ts'
import { isSocketUrl } from '../socket-url.ts'
import { socketFile } from './socket-file.ts'
import { probeCredential, strangeAuthority } from './probe-certificate.ts'
import { probeListener, type Presented } from './probe-listener.ts'

export interface ProbePorts {
  readonly host: Host
  readonly prober: Prober
  readonly clock: Clock
}

const present = (credential: Credential, from: readonly NamedCredential[]): readonly Presented[] =>
  from.map((one) => ({
    credential,
    source: one.source,
    transport: { tls: true, credential: one },
  }))

async function strangers(
  keys: ClientKeys,
  peer: boolean,
  now: Date,
): Promise<readonly Presented[]> {
  const stranger = await probeCredential(await strangeAuthority(now), now)
  const authority = peer ? keys.peerAuthority : keys.clientAuthority
  const expired = authority && (await probeCredential(authority, now, true))
  return [
    { credential: 'none', source: 'no certificate', transport: { tls: true } },
    ...present('throwaway-ca', [{ ...stranger, source: 'a certificate of a CA nobody knows' }]),
    ...present(
      'expired',
      expired ? [{ ...expired, source: "an expired certificate of the listener's own CA" }] : [],
    ),
  ]
}

/** The control last of all: by then it is known what is turned away. */
async function presented(
  keys: ClientKeys,
  peer: boolean,
  now: Date,
): Promise<readonly Presented[]> {
  const issued = keys.clientAuthority && {
    ...(await probeCredential(keys.clientAuthority, now)),
    source: 'a certificate made by the client CA',
  }
  const ofClientCa = issued ? [issued] : keys.client.filter(nameless).slice(0, 1)
  return [
    ...(await strangers(keys, peer, now)),
    ...present('cluster-ca', keys.clusterCa),
    ...(peer ? present('client-ca', ofClientCa) : []),
    ...present('good', peer ? keys.peer : keys.client),
  ]
}

const endpoints = (member: Pick<Member, 'name'>, options: GatherOptions): readonly Listening[] =>
  options.endpoints
    .map((url) => (url.includes('://') ? url : `https://${url}`))
    .filter((url) => url.endsWith(`://${member.name}`))
    .map((url) => ({ role: 'client', url }))

/** Known `[]` never comes: a member without a known URL is a missing fact. */
export async function gatherListeners(
  ports: ProbePorts,
  member: Pick<Member, 'name' | 'running' | 'declared' | 'visible'>,
  apiservers: readonly Pick<Apiserver, 'running' | 'declared'>[],
  options: GatherOptions,
  signal?: AbortSignal,
): Promise<Fact<readonly ListenerProbe[]>> {
  if (!options.probe) return missing('probing is switched off', 'run without --no-probe')
  const found = listening(member)
  const doors = found.length > 0 ? found : endpoints(member, options)
  if (doors.length === 0)
    return missing('no listening URL of this member is known', 'run on its host, or --endpoints')
  const now = () => ports.clock.now()
  const keys = await clientKeys(ports.host, member, apiservers, options, now())
  const client = await presented(keys, false, now())
  const peer = await presented(keys, true, now())
  const tools = { prober: ports.prober, now, ...(signal && { signal }) }
  const probes = doors.map((door) =>
    probeListener(tools, door, door.role === 'peer' ? peer : client),
  )
  const { authorities } = keys
  const seen = await Promise.all(probes)
  const sockets = await Promise.all(seen.map((one) => socketOf(ports.host, member, one)))
  return known(seen.map((probe, index) => ({ ...probe, ...sockets[index], authorities })))
}

async function socketOf(
  host: Host,
  { running, visible, declared }: Pick<Member, 'running' | 'visible' | 'declared'>,
  { url, origin }: ListenerProbe,
): Promise<Pick<ListenerProbe, 'socket'>> {
  if (!isSocketUrl(url)) return {}
  const own = valueOf(running) ?? visible
  const launch = origin?.layer === 'declared' ? valueOf(declared) : own
  return { socket: await socketFile(host, launch, url) }
}
