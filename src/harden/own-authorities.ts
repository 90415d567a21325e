// What an earlier run has left that a later one goes on with: the CAs of doors that it closed.
import { valueOf } from '../core/fact.ts'
import { hostPath, setting, urls, type Launch } from '../effective/model.ts'
import type { Observation } from '../posture/observation.ts'
import type { Host } from '../ports/host.ts'
import { readText } from './make-material.ts'
import { caOf, DOORS, type Door } from './rules/doors.ts'
import { crossOf, type Pair } from './rules/material.ts'
import { isPlain } from './rules/member-flags.ts'

const closed = (all: Observation, door: Door): readonly Launch[] =>
  all.members
    .flatMap(({ declared }) => valueOf(declared) ?? [])
    .filter((launch) => !urls(launch, DOORS[door].listen).some(isPlain))

async function textOf(host: Host, launch: Launch, flag: string): Promise<string | undefined> {
  const file = setting(launch, flag)
  return file === undefined
    ? undefined
    : readText(host, hostPath(launch, file)).catch(() => undefined)
}

async function isOwn(host: Host, ca: Pair, launches: readonly Launch[], flag: string) {
  const [pem, key] = await Promise.all([readText(host, ca.certificate), readText(host, ca.key)])
  if (pem === undefined || key === undefined) return false
  const trusted = await Promise.all(launches.map(async (one) => textOf(host, one, flag)))
  return trusted.every((text) => text === pem)
}

/** Doors that every member that has closed them has closed with the CA in this directory. */
export async function ownDoors(
  host: Host,
  all: Observation,
  caDirectory: string,
): Promise<ReadonlySet<Door>> {
  const own = new Set<Door>()
  for (const door of ['client', 'peer'] as const) {
    const [, , trusted] = DOORS[door].files
    if (await isOwn(host, caOf(caDirectory, door), closed(all, door), trusted)) own.add(door)
  }
  return own
}

/** Peer certificates of closed members that still carry the link to an older CA. */
export async function linkedCertificates(
  host: Host,
  all: Observation,
  caDirectory: string,
): Promise<readonly string[]> {
  const cross = await readText(host, crossOf(caOf(caDirectory, 'peer')))
  if (cross === undefined) return []
  const found: string[] = []
  for (const launch of closed(all, 'peer')) {
    const file = setting(launch, 'peer-cert-file')
    const text = await textOf(host, launch, 'peer-cert-file')
    if (file !== undefined && text?.includes(cross)) found.push(hostPath(launch, file))
  }
  return found
}
