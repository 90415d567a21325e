// The steps for one member: its certificates, then its manifest. Pure.
import { dirname } from 'node:path'
import { KeepError } from '../../core/error.ts'
import { hostPath, setting, urls, type Launch } from '../../effective/model.ts'
import { createHash } from 'node:crypto'
import { editConfig } from '../edit-config.ts'
import { editManifest, manifestArgv, type ProbeTarget } from '../edit-manifest.ts'
import type {
  CertificateStep,
  FileChange,
  FlagChanges,
  ManifestStep,
  MemberChange,
} from '../model.ts'
import type { Move } from './doors.ts'
import { pair, type Pair } from './material.ts'
import { memberFlags, type Doors, type Side } from './member-flags.ts'
import { probesOf } from './probes.ts'

export interface Manifest {
  readonly text: string
  readonly mode: number
}

export interface MemberTask {
  readonly launch: Launch
  readonly path: string
  readonly manifest: Manifest
  /** Its own configuration file, where it has one: that replaces every flag and variable. */
  readonly config?: Manifest & { readonly path: string }
  readonly failed: ReadonlySet<string>
  readonly moves: { readonly client: Move; readonly peer: Move }
  /** As the member list has them; empty where it could not be read. */
  readonly advertisedPeers: readonly string[]
  readonly runs: boolean
  readonly cas: { readonly client: Pair; readonly peer: Pair }
  readonly usedPorts: ReadonlySet<number>
}

const hostsOf = (launch: Launch): readonly string[] => {
  const flags = [
    'advertise-client-urls',
    'initial-advertise-peer-urls',
    'listen-client-urls',
    'listen-peer-urls',
  ]
  const all = flags.flatMap((flag) => urls(launch, flag)).filter((url) => URL.canParse(url))
  const hosts = all.map((url) => new URL(url).hostname.replace(/^\[|\]$/g, ''))
  const named = hosts.filter((host) => host !== '0.0.0.0' && host !== '::')
  return [...new Set([...named, launch.name, 'localhost', '127.0.0.1', '::1'])]
}

/** The directory of today's certificates: the pod can see it. */
const place = (launch: Launch): string | undefined => {
  const file = setting(launch, 'cert-file') ?? setting(launch, 'peer-cert-file')
  return file === undefined ? undefined : dirname(file)
}

function sideOf(
  task: MemberTask,
  door: 'client' | 'peer',
): { side: Side; step: CertificateStep } | undefined {
  const inside = place(task.launch)
  if (inside === undefined || task.moves[door] !== 'new-ca') return undefined
  const { launch } = task
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
  }
  return { side: seen, step }
}

const doorOf = (move: Move, side: Side | undefined): Side | 'as-configured' | undefined =>
  move === 'as-configured' ? move : side

const list = (text: string | undefined, otherwise: readonly string[]): readonly string[] =>
  text === undefined ? otherwise : text.split(',')

interface Edited {
  readonly after: string
  readonly config?: FileChange
}

/** A pod whose configuration file changes gets the file's hash as an annotation, so that the kubelet restarts it. */
function edit(task: MemberTask, flags: FlagChanges, probes: readonly ProbeTarget[]): Edited {
  const advertise = flags['advertise-client-urls']
  const annotations =
    advertise === undefined ? {} : { 'kubeadm.kubernetes.io/etcd.advertise-client-urls': advertise }
  const changes = { program: 'etcd', probes, annotations }
  const { config, manifest } = task
  if (task.launch.configFile !== undefined && !config)
    throw new KeepError('config', 'harden.config-file', 'its configuration file cannot be read')
  if (!config) return { after: editManifest(manifest.text, { ...changes, flags }) }
  const { path, text, mode } = config
  const wanted = editConfig(text, flags)
  if (wanted === text)
    return { after: editManifest(manifest.text, { ...changes, annotations: {}, flags: {} }) }
  const hash = createHash('sha256').update(wanted).digest('hex')
  return {
    after: editManifest(manifest.text, {
      ...changes,
      flags: {},
      marks: { 'etcdkeep/config-sha256': hash },
    }),
    config: { path, before: text, after: wanted, mode },
  }
}

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

/** No steps where nothing has to change. Throws `config` for files that cannot be edited safely. */
export function planMember(task: MemberTask): {
  readonly certificates: readonly CertificateStep[]
  readonly manifest?: ManifestStep
} {
  const { launch } = task
  const made = { client: sideOf(task, 'client'), peer: sideOf(task, 'peer') }
  const client = doorOf(task.moves.client, made.client?.side)
  const peer = doorOf(task.moves.peer, made.peer?.side)
  const doors: Doors = { ...(client && { client }), ...(peer && { peer }) }
  const flags = memberFlags(launch, task.failed, doors)
  const moved = client
    ? probesOf(launch, task.manifest.text, flags, task.usedPorts)
    : { probes: [], flags: {} }
  const { after, config } = edit(task, { ...flags, ...moved.flags }, moved.probes)
  const certificates = [made.client?.step, made.peer?.step].filter((step) => step !== undefined)
  if (after === task.manifest.text) return { certificates }
  return {
    certificates,
    manifest: {
      kind: 'manifest',
      title: `restart ${launch.name} with its doors closed`,
      path: task.path,
      before: task.manifest.text,
      after,
      mode: task.manifest.mode & 0o600,
      argv: manifestArgv(after, 'etcd'),
      runs: task.runs,
      mounts: launch.mounts,
      ...(config && { config }),
      member: memberChange(task, flags, peer !== undefined),
    },
  }
}
