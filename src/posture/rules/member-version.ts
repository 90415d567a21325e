// Which version a member runs, and what its configuration makes of an advisory.
import type { Evidence } from '../../core/finding.ts'
import { valueOf } from '../../core/fact.ts'
import { enabled, type Launch, setting, urls } from '../../effective/model.ts'
import type { Condition } from '../../versions/advisories.ts'
import { parseVersion, type Version, versionOfImage } from '../../versions/version.ts'
import type { Member, Observation } from '../observation.ts'

export interface SeenVersion {
  readonly version: Version
  readonly evidence: Evidence
}

export const launchesOf = (member: Member): readonly Launch[] =>
  [valueOf(member.running), valueOf(member.declared)].filter((one) => one !== undefined)

/** The member's own word first, then the tag of its image. */
export function versionSeen(member: Member): SeenVersion | undefined {
  const told = valueOf(member.status)?.version
  const version = told === undefined ? undefined : parseVersion(told)
  if (version)
    return {
      version,
      evidence: {
        source: `status of ${member.name}`,
        observed: `version ${version.join('.')}`,
        layer: 'proven',
      },
    }
  for (const launch of launchesOf(member)) {
    const tagged =
      launch.image === undefined ? undefined : parseVersion(versionOfImage(launch.image) ?? '')
    if (tagged)
      return {
        version: tagged,
        evidence: { source: launch.source, observed: `image ${launch.image}`, layer: launch.layer },
      }
  }
  return undefined
}

const debugs = (launch: Launch) =>
  enabled(launch, 'enable-pprof') || setting(launch, 'log-level') === 'debug'
const splitsWithCrl = (launch: Launch) =>
  urls(launch, 'listen-client-http-urls').length > 0 &&
  setting(launch, 'client-crl-file') !== undefined
const speaksTls = (launch: Launch) =>
  ['listen-client-urls', 'listen-peer-urls'].some((flag) =>
    urls(launch, flag).some((url) => url.startsWith('https:')),
  )

/** Whether the condition holds for the member; undefined where it could not be seen. */
export function holds(condition: Condition, member: Member, all: Observation): boolean | undefined {
  if (condition === 'always') return true
  if (condition === 'auth') return valueOf(all.cluster.auth)?.enabled
  const launches = launchesOf(member)
  const listeners = valueOf(member.listeners) ?? []
  if (condition === 'tls' && listeners.some((one) => one.url.startsWith('https:'))) return true
  if (launches.length === 0) return undefined
  const test = { tls: speaksTls, debug: debugs, 'crl-on-split-listener': splitsWithCrl }[condition]
  return launches.some(test)
}
