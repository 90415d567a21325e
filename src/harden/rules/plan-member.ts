// The steps for one member: its certificates, then its manifest. Pure.
import { dirname } from 'node:path'
import { hostPath, setting, urls } from '../../effective/model.ts'
import type { CertificateStep, FlagChanges, MemberChange } from '../model.ts'
import { configChange } from './config-change.ts'
import type { Move } from './doors.ts'
import { manifestStep } from './manifest-step.ts'
import { pair } from './material.ts'
import { hostsOf } from './member-hosts.ts'
import type { MemberTask } from './member-task.ts'
import { memberFlags, type Doors, type Side } from './member-flags.ts'
import type { Part } from './order-steps.ts'
import { unitStep } from './unit-step.ts'

/** A pod sees only what is mounted; a unit sees the host. */
const UNIT_DIRECTORY = '/etc/etcd/pki'

/** The directory of today's certificates: the pod can see it. */
const place = ({ launch, source }: MemberTask): string | undefined => {
  const file = setting(launch, 'cert-file') ?? setting(launch, 'peer-cert-file')
  if (file !== undefined) return dirname(file)
  return source.kind === 'unit' ? UNIT_DIRECTORY : undefined
}

function sideOf(
  task: MemberTask,
  door: 'client' | 'peer',
): { side: Side; step: CertificateStep } | undefined {
  const inside = place(task)
  if (inside === undefined || task.moves[door] !== 'new-ca') return undefined
  const { launch, owner } = task
  const name = `${launch.name}-${door === 'client' ? 'server' : 'peer'}`
  const seen = { ca: `${inside}/etcd-${door}-ca.crt`, leaf: pair(inside, name) }
  const onHost = (path: string) => hostPath(launch, path)
  const step: CertificateStep = {
    kind: 'certificate',
    title: `issue ${door === 'client' ? 'the server' : 'the peer'} certificate of ${launch.name}`,
    place: { certificate: onHost(seen.leaf.certificate), key: onHost(seen.leaf.key) },
    ca: task.cas[door],
    trust: onHost(seen.ca),
    commonName: launch.name,
    names: hostsOf(launch),
    usages: ['serverAuth', 'clientAuth'],
    ...(owner && { owner }),
  }
  return { side: seen, step }
}

const doorOf = (move: Move, side: Side | undefined): Side | 'as-configured' | undefined =>
  move === 'as-configured' ? move : side

const list = (text: string | undefined, otherwise: readonly string[]): readonly string[] =>
  text === undefined ? otherwise : text.split(',')

/** How the member is reached, before and after. */
function memberChange(task: MemberTask, flags: FlagChanges, movesPeers: boolean): MemberChange {
  const { launch, advertisedPeers } = task
  const clientUrls = urls(launch, 'listen-client-urls')
  const closed = advertisedPeers.map((url) => url.replace(/^http:/, 'https:'))
  return {
    name: launch.name,
    clientUrls: { before: clientUrls, after: list(flags['listen-client-urls'], clientUrls) },
    peerUrls: { before: advertisedPeers, after: movesPeers ? closed : advertisedPeers },
  }
}

function edit(task: MemberTask, flags: FlagChanges) {
  const { launch, source } = task
  if (source.kind === 'manifest') return manifestStep(task, source, flags)
  const inFile = launch.configFile !== undefined
  return unitStep(source, 'etcd', inFile ? {} : flags, configChange(task, flags))
}

/** What a member needs, whoever edits its files: certificates, and flags (`undefined` goes away). */
export function wantedOf(task: MemberTask) {
  const made = { client: sideOf(task, 'client'), peer: sideOf(task, 'peer') }
  const client = doorOf(task.moves.client, made.client?.side)
  const peer = doorOf(task.moves.peer, made.peer?.side)
  const doors: Doors = { ...(client && { client }), ...(peer && { peer }) }
  return {
    flags: memberFlags(task.launch, task.failed, doors),
    certificates: [made.client?.step, made.peer?.step].filter((step) => step !== undefined),
    movesPeers: peer !== undefined,
  }
}

/** No steps where nothing has to change. Throws `config` for files that cannot be edited safely. */
export function planMember(task: MemberTask): Part {
  const { launch } = task
  const { certificates, flags, movesPeers } = wantedOf(task)
  const edited = edit(task, flags)
  if (!edited) return { certificates }
  return {
    certificates,
    restart: {
      ...edited,
      title: `restart ${launch.name} with its doors closed`,
      runs: task.runs,
      mounts: launch.mounts,
      member: memberChange(task, flags, movesPeers),
    },
  }
}
