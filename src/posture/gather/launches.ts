// Finds every etcd and kube-apiserver of a host: what is declared, what runs, and which belongs to which.
import { known, missing, valueOf, type Fact } from '../../core/fact.ts'
import { hostPath, setting, urls, type Launch } from '../../effective/model.ts'
import type { Host } from '../../ports/host.ts'
import type { ManifestDirectory } from '../facts/files.ts'
import { spoken, type FoundLaunch } from './found-launch.ts'
import { readManifestDirectory } from './manifest-directory.ts'
import { manifestPaths } from './manifest-paths.ts'
import { matchLaunches, type Pair } from './match-launches.ts'
import { launchesOf, runningLaunches } from './running-launches.ts'
import type { Trouble } from './trouble.ts'
import { unitLaunches } from './unit-launches.ts'
import { withoutContested } from './visible-doors.ts'

export interface DiscoverOptions {
  /** The one directory to take manifests from, instead of the kubelet's and systemd's. */
  readonly manifests?: string
  /** The only processes to look at. */
  readonly pids?: readonly number[]
  /** Without the two above: only members that serve one of these client URLs. */
  readonly endpoints?: readonly string[]
}

export interface Discovered {
  /** etcd's `--name`, or the pod's name. */
  readonly name: string
  readonly declared: Fact<Launch>
  readonly running: Fact<Launch>
  readonly visible?: Launch
}

export interface Discovery {
  readonly members: readonly Discovered[]
  readonly apiservers: readonly Discovered[]
  readonly manifestDirectories: readonly ManifestDirectory[]
  readonly troubles: readonly Trouble[]
}

const NOT_DECLARED = missing(
  'no manifest or unit of it was found on this host',
  '--manifests DIR with its static pod manifest',
)
const NOT_RUNNING = missing('no process of it was found on this host', 'run on its host, or --pid')

interface Declared {
  readonly found: readonly FoundLaunch[]
  readonly manifestDirectories: readonly ManifestDirectory[]
  readonly troubles: readonly Trouble[]
}

async function declaredLaunches(host: Host, manifests: string | undefined): Promise<Declared> {
  const paths = manifests === undefined ? await manifestPaths(host) : [manifests]
  const read = []
  for (const path of paths) read.push(await readManifestDirectory(host, path))
  const units = manifests === undefined ? await unitLaunches(host) : []
  return {
    found: onePerClaim([...read.flatMap((one) => one.found), ...units]),
    manifestDirectories: read.flatMap((one) => (one.directory ? [one.directory] : [])),
    troubles: read.flatMap((one) => one.troubles),
  }
}

const isStray = (one: FoundLaunch) => {
  const file = one.launch.known ? one.launch.value.file : undefined
  return file !== undefined && !/\.(ya?ml|json|manifest|service)$/.test(file)
}

/** Of several that declare one member, the one with a manifest's suffix; the others are duplicates in their directory. */
function onePerClaim(found: readonly FoundLaunch[]): readonly FoundLaunch[] {
  const chosen = new Map<string, FoundLaunch>()
  for (const one of found) {
    const directory = one.launch.known ? setting(one.launch.value, 'data-dir') : undefined
    const place = one.launch.known && directory ? hostPath(one.launch.value, directory) : ''
    const key = `${one.program} ${one.name} ${place}`
    const before = chosen.get(key)
    if (!before || (isStray(before) && !isStray(one))) chosen.set(key, one)
  }
  return [...chosen.values()]
}

/** `host:port` with loopback's names made one. */
const address = (url: string) =>
  url
    .replace(/^[a-z]+:\/\//, '')
    .replace(/\/.*$/, '')
    .replace(/^(localhost|\[::1\])(?=:|$)/, '127.0.0.1')

function serves(found: FoundLaunch, endpoints: readonly string[]): boolean {
  const { program } = found
  const launch = spoken(found)
  const flags =
    program === 'etcd' ? ['listen-client-urls', 'advertise-client-urls'] : ['etcd-servers']
  const own = launch ? flags.flatMap((flag) => urls(launch, flag)).map(address) : []
  if (!found.launch.known && own.length === 0) return true
  const asked = endpoints.map(address)
  const everywhere = own.map((one) => one.replace(/^(0\.0\.0\.0|\[::\])?:/, '127.0.0.1:'))
  return asked.some((one) => own.includes(one) || everywhere.includes(one))
}

function inScope(
  { manifests, pids, endpoints }: DiscoverOptions,
  { declared, running }: Pair,
): boolean {
  if (pids) return running !== undefined || manifests !== undefined
  if (manifests !== undefined) return declared !== undefined
  if (!endpoints || endpoints.length === 0) return true
  return [declared, running].some((one) => one !== undefined && serves(one, endpoints))
}

/** A process finds its files where its manifest mounted them, whatever namespace it lives in. */
function withMounts(running: Fact<Launch>, declared: Fact<Launch>): Fact<Launch> {
  if (!running.known || !declared.known || running.value.mounts.length === 0) return running
  const mounts = [...running.value.mounts, ...declared.value.mounts]
  return known({ ...running.value, mounts })
}

function discovered({ declared, running }: Pair): Discovered {
  const says = declared?.launch ?? NOT_DECLARED
  const runs = withMounts(running?.launch ?? NOT_RUNNING, says)
  const apiserver = (declared ?? running)?.program === 'kube-apiserver'
  const name = (apiserver ? declared?.name : running?.name) ?? declared?.name ?? running?.name
  const visible = running?.visible
  return {
    name: name ?? 'default',
    declared: says,
    running: runs,
    ...(visible && { visible }),
  }
}

/** Names are subjects: two members of one name are told apart by where they listen. */
function distinct(found: readonly Discovered[], flag: string): readonly Discovered[] {
  return found.map((one) => {
    if (found.filter(({ name }) => name === one.name).length === 1) return one
    const launch = valueOf(one.running) ?? one.visible ?? valueOf(one.declared)
    const place = launch && setting(launch, flag)
    return place === undefined ? one : { ...one, name: `${one.name} (${place})` }
  })
}

/** Reads manifests, units and processes; what cannot be read is a trouble or a missing fact, never an error. */
export async function discoverLaunches(
  host: Host,
  options: DiscoverOptions = {},
): Promise<Discovery> {
  const pids = options.pids && options.pids.length > 0 ? options.pids : undefined
  const declared = await declaredLaunches(host, options.manifests)
  const { found, troubles } = pids
    ? await launchesOf(host, pids)
    : { found: await runningLaunches(host), troubles: [] }
  const byNameAlone = pids !== undefined || options.manifests === undefined
  const running = withoutContested(found)
  const pairs = await matchLaunches(host, { declared: declared.found, running }, byNameAlone)
  const { manifests, endpoints } = options
  const scope = {
    ...(manifests !== undefined && { manifests }),
    ...(pids && { pids }),
    ...(endpoints && { endpoints }),
  }
  const kept = pairs.filter((pair) => inScope(scope, pair))
  const of = (program: string) =>
    kept
      .filter((pair) => (pair.declared ?? pair.running)?.program === program)
      .map(discovered)
      .toSorted((a, b) => (a.name < b.name ? -1 : 1))
  return {
    members: distinct(of('etcd'), 'listen-client-urls'),
    apiservers: distinct(of('kube-apiserver'), 'secure-port'),
    manifestDirectories: declared.manifestDirectories,
    troubles: [...declared.troubles, ...troubles],
  }
}
