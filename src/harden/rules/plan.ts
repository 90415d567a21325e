// Findings and facts in, steps out: certificates first, then one member after the other, modes last. Pure.
import { messageOf } from '../../core/error.ts'
import { valueOf } from '../../core/fact.ts'
import type { Finding } from '../../core/finding.ts'
import { hostPath, setting, urls } from '../../effective/model.ts'
import type { Member } from '../../posture/observation.ts'
import type {
  CaStep,
  CertificateStep,
  Manual,
  ManifestStep,
  ModeStep,
  Plan,
  Step,
} from '../model.ts'
import { DOORS, moves, type Door, type Move, type Standing } from './doors.ts'
import { pair, type Pair } from './material.ts'
import { isPlain } from './member-flags.ts'
import { planApiserver } from './plan-apiserver.ts'
import type { PlanInput } from './plan-input.ts'
import { leftOver, repairsOf } from './outcome.ts'
import { planMember, type Manifest } from './plan-member.ts'
import { modeSteps } from './plan-modes.ts'
import { portOf } from './probes.ts'

interface Target extends Standing {
  readonly member: Member
  readonly path: string
  readonly manifest: Manifest
}

const failedOf = (findings: readonly Finding[], name: string): ReadonlySet<string> =>
  new Set(
    findings
      .filter(
        (one) =>
          one.verdict === 'fail' && one.subject.kind === 'member' && one.subject.name === name,
      )
      .map((one) => one.control),
  )

function targetsOf(input: PlanInput): readonly Target[] {
  return input.observation.members.flatMap((member) => {
    const launch = valueOf(member.declared)
    const manifest = launch?.file === undefined ? undefined : input.manifests.get(launch.file)
    if (!launch || launch.file === undefined || !manifest) return []
    return [
      {
        member,
        launch,
        path: launch.file,
        manifest,
        failed: failedOf(input.findings, member.name),
      },
    ]
  })
}

/** The older CA of the peers, where its key is at hand: members that are not restarted yet trust it. */
function olderPeerCa(input: PlanInput, targets: readonly Target[]): Pair | undefined {
  for (const { launch } of targets) {
    const file = setting(launch, 'peer-trusted-ca-file')
    const certificate = file === undefined ? undefined : hostPath(launch, file)
    const key = certificate === undefined ? undefined : input.caKeys.get(certificate)
    if (certificate !== undefined && key !== undefined) return { certificate, key }
  }
  return undefined
}

function authorities(
  input: PlanInput,
  targets: readonly Target[],
  wanted: Record<Door, boolean>,
): readonly CaStep[] {
  const older = olderPeerCa(input, targets)
  return (['client', 'peer'] as const)
    .filter((door) => wanted[door])
    .map((door) => ({
      kind: 'ca',
      title: `make a CA for etcd's ${door === 'client' ? 'clients' : 'peers'} alone`,
      place: pair(input.caDirectory, `etcd-${door}-ca`),
      commonName: `etcd-${door}-ca`,
      ...(door === 'peer' && older && { crossBy: older }),
    }))
}

const OUT_OF_SIGHT = (input: PlanInput): readonly string[] => [
  `Run \`etcdkeep harden --ca-dir ${input.caDirectory}\` on the first host only when this directory holds the CAs, or may make them.`,
  'Carry that directory to each of the other hosts over a trusted way and run the same command there, one host at a time.',
]

/** What one member's or API server's planning came to. */
interface Part {
  readonly certificates: readonly CertificateStep[]
  readonly manifest?: ManifestStep
}

/** Followers first and leader last; unknown ones in between. */
const leadersLast = (targets: readonly Target[]): readonly Target[] =>
  targets.toSorted(
    (a, b) =>
      Number(valueOf(a.member.status)?.isLeader) - Number(valueOf(b.member.status)?.isLeader) || 0,
  )

export function planSteps(input: PlanInput): Plan {
  const targets = leadersLast(targetsOf(input))
  const manual: Manual[] = []
  const attempt = (subject: string, make: () => Part | undefined): Part | undefined => {
    try {
      return make()
    } catch (thrown) {
      manual.push({
        control: 'manifest',
        subject,
        why: messageOf(thrown),
        steps: ['Edit the manifest by hand.'],
      })
      return undefined
    }
  }
  const ways = { client: moves(targets, 'client'), peer: moves(targets, 'peer') }
  const blocked = !input.mayMakeCa
  const way = (door: Door, index: number): Move => {
    const move = ways[door][index] ?? 'stay'
    return move === 'new-ca' && blocked ? 'manual' : move
  }
  const cas = {
    client: pair(input.caDirectory, 'etcd-client-ca'),
    peer: pair(input.caDirectory, 'etcd-peer-ca'),
  }
  const usedPorts = new Set(
    targets.flatMap(({ launch }) =>
      ['listen-client-urls', 'listen-peer-urls', 'listen-metrics-urls'].flatMap((flag) =>
        urls(launch, flag).map(portOf),
      ),
    ),
  )
  const memberParts = targets.flatMap((target, index) => {
    const { member, launch, path, manifest, failed } = target
    const moving = { client: way('client', index), peer: way('peer', index) }
    for (const door of ['client', 'peer'] as const)
      if (moving[door] === 'manual')
        manual.push({
          control: `${door}-listener-tls`,
          subject: member.name,
          why: blocked
            ? 'members on other hosts need the same CA'
            : 'other members already use TLS here, and this one has no fit certificate of their CA',
          steps: blocked
            ? OUT_OF_SIGHT(input)
            : [
                `Issue ${DOORS[door].files.join(', ')} from the CA of the others and run this again.`,
              ],
        })
    const advertised =
      valueOf(member.status)?.peerUrls ?? urls(launch, 'initial-advertise-peer-urls')
    const part = attempt(member.name, () =>
      planMember({
        launch,
        path,
        manifest,
        failed,
        moves: moving,
        advertisedPeers: advertised,
        runs: member.running.known,
        cas,
        usedPorts,
      }),
    )
    for (const url of part?.manifest ? newPorts(part.manifest) : []) usedPorts.add(url)
    return part ? [part] : []
  })
  const newCa = {
    client: targets.some((_, i) => way('client', i) === 'new-ca'),
    peer: targets.some((_, i) => way('peer', i) === 'new-ca'),
  }
  const moved = new Set(
    targets
      .filter((_, i) => way('client', i) === 'new-ca' || way('client', i) === 'as-configured')
      .flatMap(({ launch }) => [
        ...urls(launch, 'listen-client-urls'),
        ...urls(launch, 'advertise-client-urls'),
      ])
      .filter(isPlain)
      .flatMap((url) => [url.replace(/\/$/, ''), url.replace(/\/\/[^/]*:/, '//127.0.0.1:')]),
  )
  const apiserverParts = input.observation.apiservers.flatMap((one) => {
    const launch = valueOf(one.declared)
    const manifest = launch?.file === undefined ? undefined : input.manifests.get(launch.file)
    if (!launch || launch.file === undefined || !manifest) return []
    const { file: path } = launch
    const part = attempt(one.name, () =>
      planApiserver({
        launch,
        path,
        manifest,
        runs: one.running.known,
        moved,
        ca: cas.client,
        newCa: newCa.client,
      }),
    )
    return part ? [part] : []
  })
  const steps = inOrder(
    authorities(input, targets, newCa),
    memberParts,
    apiserverParts,
    toolCertificate(cas.client, input, newCa.client),
    modeSteps(input),
  )
  const repairs = repairsOf(input, steps)
  return {
    schema: 'etcdkeep.harden-plan/v1',
    steps,
    manual: [...manual, ...leftOver(input, repairs, manual)],
    repairs,
    warnings:
      moved.size === 0
        ? []
        : [
            'Clients that dial http:// lose a member when its door closes: give each https endpoints and a certificate of the new CA first (API servers on this machine are done here).',
            'While a member restarts, requests to it fail over; a client that does not retry sees those few fail.',
          ],
    access: accessOf(input, targets, cas.client, newCa.client),
  }
}

const newPorts = (step: ManifestStep): readonly number[] =>
  step.argv.flatMap((part) =>
    part.startsWith('--listen-metrics-urls=') ? part.slice(22).split(',').map(portOf) : [],
  )

function toolCertificate(ca: Pair, input: PlanInput, wanted: boolean): readonly CertificateStep[] {
  if (!wanted) return []
  return [
    {
      kind: 'certificate',
      title: 'issue a client certificate for etcdkeep',
      place: pair(input.caDirectory, 'etcdkeep-client'),
      ca,
      trust: `${input.caDirectory}/etcdkeep-client-ca.crt`,
      commonName: 'etcdkeep',
      names: [],
      usages: ['clientAuth'],
    },
  ]
}

function accessOf(
  input: PlanInput,
  targets: readonly Target[],
  ca: Pair,
  newCa: boolean,
): Plan['access'] & object {
  const own = pair(input.caDirectory, 'etcdkeep-client')
  const [first] = targets
  const old = first && setting(first.launch, 'trusted-ca-file')
  const cas =
    newCa || !first || old === undefined ? [ca.certificate] : [hostPath(first.launch, old)]
  return { cas, ...own }
}

/** Everything that only adds files, then the restarts; an API server moves before the last of the members does. */
function inOrder(
  cas: readonly CaStep[],
  members: readonly Part[],
  apiservers: readonly Part[],
  own: readonly CertificateStep[],
  modes: readonly ModeStep[],
): readonly Step[] {
  const restarts = members.map((part) => part.manifest).filter((step) => step !== undefined)
  const pointers = apiservers.map((part) => part.manifest).filter((step) => step !== undefined)
  const certificates = [...members, ...apiservers].flatMap((part) => part.certificates)
  const before = restarts.length > 1 ? restarts.slice(0, -1) : restarts
  const trims = cas.some((ca) => ca.crossBy)
    ? certificates
        .filter(({ ca }) => cas.some((one) => one.crossBy && one.place.key === ca.key))
        .map(({ place }): Step => ({
          kind: 'trim',
          title: `forget the older CA in ${place.certificate}`,
          path: place.certificate,
        }))
    : []
  return [
    ...cas,
    ...own,
    ...certificates,
    ...before,
    ...pointers,
    ...restarts.slice(before.length),
    ...trims,
    ...modes,
  ]
}
