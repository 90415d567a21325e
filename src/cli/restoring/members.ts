// The members that are restored: out of flags, or out of what would start them.
import { posix, resolve } from 'node:path'
import type { RestoreTarget } from '../../backup/restore/model.ts'
import type { PlannedMember } from '../../backup/restore-member.ts'
import { KeepError } from '../../core/error.ts'
import { hostPath, type Launch, setting, urls } from '../../effective/model.ts'
import type { Host } from '../../ports/host.ts'
import { discoverLaunches } from '../../posture/gather/launches.ts'
import type { RestoreFlags } from './flags.ts'

const wrong = (text: string) =>
  new KeepError('usage', 'usage.flag', `--member: ${JSON.stringify(text)}`, {
    hint: 'write name=m1,data-dir=DIR,peer-url=https://HOST:2380,client-url=https://HOST:2379',
  })

const KEYS = ['name', 'data-dir', 'wal-dir', 'peer-url', 'client-url', 'quota']
type Parts = Readonly<Record<string, readonly string[]>>

/** `name=` begins the next member: the flag's lists are split at commas before they come here. */
function grouped(given: readonly string[]): readonly Parts[] {
  const members: Record<string, string[]>[] = []
  for (const text of given) {
    const [, key = '', value = ''] = /^([a-z-]+)=(.+)$/s.exec(text) ?? []
    if (!KEYS.includes(key)) throw wrong(text)
    if (key === 'name') members.push({})
    const member = members.at(-1)
    if (!member) throw wrong(text)
    ;(member[key] ??= []).push(value)
  }
  return members
}

function url(text: string): string {
  const parsed = URL.parse(text)
  if (parsed && /^(https?|unixs?):$/.test(parsed.protocol) && parsed.username === '')
    return text.replace(/\/$/, '')
  throw wrong(text.replace(/\/\/.*@/, '//…@'))
}

function fromFlags(parts: Parts): RestoreTarget {
  const [name = ''] = parts['name'] ?? []
  const [directory] = parts['data-dir'] ?? []
  const [wal] = parts['wal-dir'] ?? []
  const [quota] = parts['quota'] ?? []
  if (directory === undefined) throw wrong(`${name} has no data-dir`)
  if (quota !== undefined && !/^\d{1,15}$/.test(quota)) throw wrong(`quota=${quota}`)
  return {
    name,
    peerUrls: (parts['peer-url'] ?? []).map(url),
    clientUrls: (parts['client-url'] ?? []).map(url),
    dataDirectory: resolve(directory),
    ...(wal !== undefined && { walDirectory: resolve(wal) }),
    ...(quota !== undefined && { quota: Number(quota) }),
  }
}

function fromLaunch(launch: Launch): RestoreTarget {
  const path = (flag: string) => {
    const value = setting(launch, flag)
    return value === undefined ? undefined : hostPath(launch, value)
  }
  const dataDirectory = path('data-dir')
  if (dataDirectory === undefined || !posix.isAbsolute(dataDirectory))
    throw new KeepError('config', 'restore.data-dir', `${launch.source} tells no data directory`, {
      hint: 'name the member with --member name=…,data-dir=…,peer-url=…',
    })
  const wal = path('wal-dir')
  const inside = wal !== undefined && wal.startsWith(`${dataDirectory}/member/`)
  const listening = urls(launch, 'listen-client-urls')
  return {
    name: launch.name,
    peerUrls: urls(launch, 'initial-advertise-peer-urls'),
    clientUrls: listening.length > 0 ? listening : urls(launch, 'advertise-client-urls'),
    dataDirectory,
    ...(wal !== undefined && !inside && { walDirectory: wal }),
    ...(launch.file !== undefined && { file: launch.file }),
    quota: Number(setting(launch, 'quota-backend-bytes') ?? 0),
  }
}

export interface FoundMembers {
  readonly members: readonly RestoreTarget[]
  /** As the image's tag says. */
  readonly etcd?: string
}

/** Throws `usage` for a flag that names no member, `config` for a manifest that cannot be read. */
export async function membersOf(
  flags: Pick<RestoreFlags, 'manifests' | 'member'>,
  host: Host,
): Promise<FoundMembers> {
  if (flags.member.length > 0) return { members: grouped(flags.member).map(fromFlags) }
  const { manifests } = flags
  const options = manifests === undefined ? {} : { manifests: resolve(manifests) }
  const { members } = await discoverLaunches(host, options)
  const launches = members.map(({ name, declared }) => {
    if (declared.known) return declared.value
    throw new KeepError('config', 'restore.not-declared', `${name}: ${declared.why}`, {
      hint: 'give --manifests DIR, or --member for each',
    })
  })
  const version = launches
    .map(({ image }) => /:v?(\d+\.\d+\.\d+)/.exec(image ?? '')?.[1])
    .find((one) => one !== undefined)
  return { members: launches.map(fromLaunch), ...(version !== undefined && { etcd: version }) }
}

/** `m1=https://10.0.0.1:2380`, once for each URL; undefined where none is given. */
export function clusterOf(given: readonly string[]): readonly PlannedMember[] | undefined {
  if (given.length === 0) return undefined
  const members = new Map<string, string[]>()
  for (const text of given) {
    const [, name = '', place = ''] = /^([^=]+)=(.+)$/.exec(text) ?? []
    if (name === '') throw wrong(text)
    members.set(name, [...(members.get(name) ?? []), url(place)])
  }
  return [...members].map(([name, peerUrls]) => ({ name, peerUrls }))
}
