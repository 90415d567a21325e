// Proof that nobody runs on the data, and nobody answers where the new members will: a restore beside them would fork the cluster.
import { basename, dirname, join } from 'node:path'
import { KeepError } from '../../core/error.ts'
import type { Host } from '../../ports/host.ts'
import type { Ports } from '../../ports/ports.ts'
import type { Door } from '../../ports/prober.ts'
import { manifestPaths } from '../../posture/gather/manifest-paths.ts'
import type { RestorePlan, RestoreTarget } from './model.ts'

export type DownPorts = Pick<Ports, 'host' | 'prober'>

const WILDCARDS: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '[::]': '[::1]' }

/** A URL of a member as it can be dialled from here; undefined for a socket file. */
export function dialled(url: string): string | undefined {
  const parsed = URL.parse(url)
  if (!parsed || !/^https?:$/.test(parsed.protocol)) return undefined
  const host = WILDCARDS[parsed.hostname] ?? parsed.hostname
  return `${parsed.protocol}//${host}:${parsed.port || '2379'}`
}

function doorOf(url: string): Door | undefined {
  const parsed = URL.parse(dialled(url) ?? '')
  if (!parsed) return undefined
  // A default port of the scheme is no part of a parsed URL.
  const port = Number(parsed.port || (parsed.protocol === 'https:' ? 443 : 80))
  return { host: parsed.hostname.replace(/^\[|\]$/g, ''), port }
}

/** `device:inode` of what etcd holds open and locks: the database and the segments of the WAL. */
async function heldFiles(host: Host, target: RestoreTarget): Promise<ReadonlySet<string>> {
  const member = join(target.dataDirectory, 'member')
  const wal = target.walDirectory ?? join(member, 'wal')
  const segments = await host.list(wal).catch((): readonly string[] => [])
  const paths = [join(member, 'snap', 'db'), ...segments.map((name) => join(wal, name))]
  const found = await Promise.all(paths.map((path) => host.stat(path).catch(() => undefined)))
  return new Set(found.flatMap((one) => (one ? [one.inode] : [])))
}

async function holds(host: Host, pid: number, files: ReadonlySet<string>): Promise<boolean> {
  const directory = `/proc/${pid}/fd`
  for (const name of await host.list(directory)) {
    const status = await host.stat(join(directory, name)).catch(() => undefined)
    if (status && files.has(status.inode)) return true
  }
  return false
}

interface Seen {
  readonly kubelet: boolean
  readonly signs: readonly string[]
}

/** Whatever namespace a process lives in, the files that it holds are the same inodes. */
async function lookAtProcesses(host: Host, targets: readonly RestoreTarget[]): Promise<Seen> {
  const held = await Promise.all(
    targets.map(async ({ name, ...rest }) => ({
      name,
      files: await heldFiles(host, { name, ...rest }),
    })),
  )
  const signs: string[] = []
  let kubelet = false
  for (const pid of await host.pids()) {
    const argv = (await host.process(pid).catch(() => undefined))?.argv ?? []
    const program = basename(argv[0] ?? '')
    kubelet ||= program === 'kubelet'
    for (const { name, files } of held) {
      if (files.size === 0) continue
      const found = await holds(host, pid, files).catch((thrown: unknown) => {
        const hidden = thrown instanceof KeepError && thrown.kind === 'denied'
        return hidden && program === 'etcd' ? undefined : false
      })
      if (found) signs.push(`process ${pid} (${program}) holds the data of ${name}`)
      if (found === undefined)
        signs.push(`process ${pid} is an etcd, and what it holds may not be seen`)
    }
  }
  return { kubelet, signs: [...new Set(signs)] }
}

async function whoAnswers({ prober }: DownPorts, plan: RestorePlan, signal: AbortSignal) {
  const places = [
    ...plan.cluster.flatMap(({ name, peerUrls }) => peerUrls.map((url) => ({ name, url }))),
    ...plan.members.flatMap(({ name, clientUrls }) => clientUrls.map((url) => ({ name, url }))),
  ]
  const asking = prober({ timeoutMs: 2000 })
  const signs = await Promise.all(
    places.map(async ({ name, url }) => {
      const door = doorOf(url)
      if (!door) return []
      const { outcome } = await asking.reach(door, signal)
      return outcome === 'answered' ? [`${url} of ${name} answers`] : []
    }),
  )
  return [...new Set(signs.flat())]
}

/** Manifests that a living kubelet would start again at any moment. */
async function startedAgain(host: Host, { members }: RestorePlan): Promise<readonly string[]> {
  const watched = await manifestPaths(host)
  return members.flatMap(({ name, file }) =>
    file !== undefined && watched.includes(dirname(file))
      ? [`the kubelet starts ${name} from ${file}`]
      : [],
  )
}

/** Empty where every old member is proven to be down. */
export async function signsOfLife(
  ports: DownPorts,
  plan: RestorePlan,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const host = ports.host()
  const { kubelet, signs } = await lookAtProcesses(host, plan.members)
  const again = kubelet ? await startedAgain(host, plan) : []
  return [...(await whoAnswers(ports, plan, signal)), ...signs, ...again]
}

/** Throws `conflict` (`restore.alive`). */
export async function requireDown(
  ports: DownPorts,
  plan: RestorePlan,
  signal: AbortSignal,
): Promise<void> {
  const signs = await signsOfLife(ports, plan, signal)
  if (signs.length === 0) return
  throw new KeepError(
    'conflict',
    'restore.alive',
    `the old members are not down: ${signs.join('; ')}`,
    {
      hint: 'stop them first: move their manifests out of the kubelet’s directory, or systemctl stop etcd; then run it again',
      details: { signs },
    },
  )
}
