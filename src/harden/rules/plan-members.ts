// The parts of every member, and what of them only a person can do. Pure.
import { messageOf } from '../../core/error.ts'
import { valueOf } from '../../core/fact.ts'
import { urls } from '../../effective/model.ts'
import type { Owner } from '../../ports/files.ts'
import type { Member } from '../../posture/observation.ts'
import type { FlagChanges, Manual, RestartStep } from '../model.ts'
import { DOORS, type Door, type Move } from './doors.ts'
import type { Pair } from './material.ts'
import type { Part } from './order-steps.ts'
import type { PlanInput } from './plan-input.ts'
import { planMember, wantedOf } from './plan-member.ts'
import { portOf } from './probes.ts'
import { restartCommands } from './restart-commands.ts'
import type { Source } from './source.ts'
import type { Target } from './targets.ts'

export type Cas = Readonly<Record<Door, Pair>>
export type Ways = Readonly<Record<Door, readonly Move[]>>

export interface Planned {
  readonly parts: readonly Part[]
  readonly manual: readonly Manual[]
}

const asArgument = ([name, value]: readonly [string, string | undefined]): string =>
  value === undefined ? `take --${name} away` : `--${name}=${value}`

/**
 * A manifest or unit that cannot be edited safely is for a person; the rest of the plan stands, and so do the
 * certificates that the flags will name.
 */
export function attempt(
  subject: string,
  source: Source,
  make: () => Part | undefined,
  wanted?: () => Pick<Part, 'certificates'> & { readonly flags: FlagChanges },
): { readonly part?: Part | undefined; readonly manual: readonly Manual[] } {
  try {
    return { part: make(), manual: [] }
  } catch (thrown) {
    const why = messageOf(thrown)
    const { flags = {}, certificates = [] } = wanted?.() ?? {}
    const last = source.kind === 'unit' ? restartCommands(source.files.name) : []
    const where =
      source.kind === 'unit' ? `systemctl edit --full ${source.files.name}` : source.path
    const first = `Edit its command by hand, after the other members: ${where}`
    const steps = [first, ...Object.entries(flags).map(asArgument), ...last]
    return { part: { certificates }, manual: [{ control: source.kind, subject, why, steps }] }
  }
}

const OUT_OF_SIGHT = (input: PlanInput): readonly string[] => [
  `Run \`etcdkeep harden --ca-dir ${input.caDirectory}\` on the first host only when this directory holds the CAs, or may make them.`,
  'Carry that directory to each of the other hosts over a trusted way and run the same command there, one host at a time.',
]

function shut(input: PlanInput, { member }: Target, door: Door): Manual {
  const blocked = !input.mayMakeCa
  return {
    control: `${door}-listener-tls`,
    subject: member.name,
    why: blocked
      ? 'members on other hosts need the same CA'
      : 'other members already use TLS here, and this one has no fit certificate of their CA',
    steps: blocked
      ? OUT_OF_SIGHT(input)
      : [`Issue ${DOORS[door].files.join(', ')} from the CA of the others and run this again.`],
  }
}

const newPorts = (step: RestartStep): readonly number[] =>
  step.argv.flatMap((part) =>
    part.startsWith('--listen-metrics-urls=') ? part.slice(22).split(',').map(portOf) : [],
  )

const LISTENERS = ['listen-client-urls', 'listen-peer-urls', 'listen-metrics-urls']

/** etcd must own its data directory, so whoever owns that runs it. */
function ownerOf({ dataDirectory }: Member): { readonly owner?: Owner } {
  const real = valueOf(dataDirectory)?.real
  if (!real?.known || real.value.uid === 0) return {}
  return { owner: { uid: real.value.uid, gid: real.value.gid } }
}

export function planMembers(
  input: PlanInput,
  targets: readonly Target[],
  ways: Ways,
  cas: Cas,
): Planned {
  const usedPorts = new Set(
    targets.flatMap(({ launch }) => LISTENERS.flatMap((flag) => urls(launch, flag).map(portOf))),
  )
  const manual: Manual[] = []
  const parts = targets.flatMap((target, index) => {
    const { member, launch, source } = target
    const moves = { client: ways.client[index] ?? 'stay', peer: ways.peer[index] ?? 'stay' }
    for (const door of ['client', 'peer'] as const)
      if (moves[door] === 'manual') manual.push(shut(input, target, door))
    const advertisedPeers =
      valueOf(member.status)?.peerUrls ?? urls(launch, 'initial-advertise-peer-urls')
    const runs = member.running.known
    const task = { ...target, moves, advertisedPeers, runs, cas, usedPorts, ...ownerOf(member) }
    const tried = attempt(
      member.name,
      source,
      () => planMember(task),
      () => wantedOf(task),
    )
    manual.push(...tried.manual)
    for (const port of tried.part?.restart ? newPorts(tried.part.restart) : []) usedPorts.add(port)
    return tried.part ? [tried.part] : []
  })
  return { parts, manual }
}
