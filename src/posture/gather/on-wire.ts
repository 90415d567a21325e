// What the members themselves answer: their doors, their calls, their rows.
import { missing, type Fact } from '../../core/fact.ts'
import type { KeyspaceFacts } from '../facts/keyspace.ts'
import type { ClusterFacts } from '../facts/rpc.ts'
import type { Apiserver, Member } from '../observation.ts'
import { apiserverListener } from './apiserver-listener.ts'
import { askMembers, blind, failed } from './ask-members.ts'
import { hostCredentials, inTurn } from './credentials.ts'
import type { Part } from './guard.ts'
import { gatherListeners } from './listeners.ts'
import { launchesOf } from './on-host.ts'
import type { GatherOptions } from './options.ts'
import type { WirePorts } from './wire-ports.ts'

const offline = missing('probing is switched off', 'run without --no-probe')

export interface Run {
  readonly part: Part
  readonly signal: AbortSignal
}

async function withDoors(
  ports: WirePorts,
  members: readonly Member[],
  apiservers: readonly Apiserver[],
  options: GatherOptions,
  { part, signal }: Run,
): Promise<readonly Member[]> {
  const tools = { ...ports, prober: ports.prober({ timeoutMs: options.timeoutMs }) }
  return Promise.all(
    members.map(async (member) => ({
      ...member,
      listeners: await part(`listeners of ${member.name}`, failed, () =>
        gatherListeners(tools, member, apiservers, options, signal),
      ),
    })),
  )
}

async function withPorts(
  { clock, ...ports }: WirePorts,
  apiservers: readonly Apiserver[],
  { timeoutMs }: GatherOptions,
  { part, signal }: Run,
): Promise<readonly Apiserver[]> {
  const tools = { prober: ports.prober({ timeoutMs }), now: () => clock.now(), signal }
  const looked = apiservers.map(async (one) =>
    one.running.known
      ? {
          ...one,
          listener: await part(`port of ${one.name}`, failed, () => apiserverListener(tools, one)),
        }
      : one,
  )
  return Promise.all(looked)
}

export interface OnWire {
  readonly members: readonly Member[]
  readonly apiservers: readonly Apiserver[]
  readonly cluster: ClusterFacts
  readonly keyspace: Fact<KeyspaceFacts>
}

/** Doors and calls at the same time. */
export async function lookOnWire(
  ports: WirePorts,
  members: readonly Member[],
  apiservers: readonly Apiserver[],
  options: GatherOptions,
  run: Run,
): Promise<OnWire> {
  if (!options.probe) {
    const unasked = { listeners: offline, status: offline, anonymous: offline }
    const silent = members.map((one) => ({ ...one, ...unasked }))
    return { members: silent, apiservers, cluster: blind(offline), keyspace: offline }
  }
  const found = await hostCredentials(ports.host, launchesOf(members), launchesOf(apiservers))
  const asking = { ports, members, apiservers, options, ...run }
  const [doors, servers, answers] = await Promise.all([
    options.needs.has('probes') ? withDoors(ports, members, apiservers, options, run) : members,
    options.needs.has('probes') ? withPorts(ports, apiservers, options, run) : apiservers,
    askMembers({ ...asking, inTurn: inTurn(options.credentials, found) }),
  ])
  const { cluster, keyspace } = answers
  const asked = doors.map((member, index) => ({ ...member, ...answers.members[index] }))
  return { members: asked, apiservers: servers, cluster, keyspace }
}
