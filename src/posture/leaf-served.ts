// Looks the certificates over that listeners show on the wire: what clients and peers really get.
import { missing, valueOf, type Missing } from '../core/fact.ts'
import { setting } from '../effective/model.ts'
import type { Certificate } from '../pki/model.ts'
import { flaws, type Purpose } from '../pki/rules/leaf.ts'
import { covers, namesText } from '../pki/rules/names.ts'
import type { ListenerProbe, ListenerRole } from './facts/probes.ts'
import { launchesOf, probeEvidence } from './judge-doors.ts'
import { NOTHING, told, trustedBy, type LeafSeen } from './leaf-file.ts'
import { isLoopback, tlsHosts, type LeafRule } from './leaf-purpose.ts'
import type { Member } from './observation.ts'

/** A door that only the manifest promises says nothing of the process that runs. */
export const servedDoors = (
  member: Member,
  roles: readonly ListenerRole[],
): readonly ListenerProbe[] =>
  (valueOf(member.listeners) ?? []).filter(
    (probe) =>
      roles.includes(probe.role) && !(probe.origin?.layer === 'declared' && member.running.known),
  )

/** Host of `10.0.0.1:2379` or `[::1]:2379`. */
const hostOf = (address: string) => address.replace(/:\d+$/, '').replace(/^\[|\]$/g, '')

/** Nothing is known of the process: the address that was dialled, and what the member advertises. */
function fromAfar(probe: ListenerProbe, member: Member): Purpose {
  const status = valueOf(member.status)
  const advertised = tlsHosts((probe.role === 'peer' ? status?.peerUrls : status?.clientUrls) ?? [])
  const host = hostOf(probe.address)
  const authorities = (probe.role === 'peer' ? undefined : probe.authorities?.given) ?? []
  return {
    hosts: [...new Set([...advertised, ...(isLoopback(host) ? [] : [host])])],
    ...(authorities.length > 0 && { authorities }),
    usages: [{ usage: 'serverAuth', because: 'which every client asks of it' }],
  }
}

/** Loopback may be a tunnel: a certificate that does not name it is neither good nor bad while nothing else is known. */
function namesUnknown(probe: ListenerProbe, leaf: Certificate, { hosts }: Purpose): Missing[] {
  const host = hostOf(probe.address)
  return hosts.length > 0 || covers(leaf, host)
    ? []
    : [
        missing(
          `the certificate of ${probe.address} names ${namesText(leaf)}, and what the member advertises is not known`,
          '--endpoints with the address that clients dial, or run on the member’s host',
        ),
      ]
}

/** Anyone can make a certificate that is in order; only its CA tells whose it is. */
const issuerUnknown = (probe: ListenerProbe, { authorities }: Purpose): Missing[] =>
  authorities
    ? []
    : [missing(`no CA is at hand to hold the certificate of ${probe.address} against`, '--cacert')]

function purposeOf(rule: LeafRule, probe: ListenerProbe, member: Member): Purpose | undefined {
  const [launch] = launchesOf(member)
  if (!launch) return fromAfar(probe, member)
  const expected = rule.expected(launch)
  // Without a file it is one that etcd made for itself, which auto-tls-off judges.
  if (typeof expected === 'string' || setting(launch, rule.flag) === undefined) return undefined
  const authorities = trustedBy(member.certificates, launch, rule)
  return { ...expected, ...(authorities && { authorities }) }
}

/** Go's answer to every handshake where the certificate or its key can no longer be loaded. */
const UNLOADABLE = 'alert internal error'

function unloadable(probe: ListenerProbe): LeafSeen | undefined {
  const tried = Object.values(probe.versions)
  if (tried.some(({ outcome }) => outcome === 'answered')) return undefined
  const failed = tried.find(({ detail }) => detail === UNLOADABLE)
  if (!failed) return undefined
  const summary = `${probe.url} ends every handshake: it cannot load its certificate or the key`
  return {
    ...NOTHING,
    bad: [{ summary, evidence: probeEvidence(probe, 'tls certificate', failed) }],
  }
}

function lookAtDoor(rule: LeafRule, probe: ListenerProbe, member: Member, now: Date): LeafSeen {
  const chain = valueOf(probe.served)
  const [leaf] = chain ?? []
  const purpose = purposeOf(rule, probe, member)
  if (!purpose) return NOTHING
  if (!chain || !leaf) return unloadable(probe) ?? NOTHING
  const evidence = (detail: string) =>
    probeEvidence(probe, 'tls certificate', { outcome: 'answered', detail })
  return {
    bad: flaws(chain, purpose, now).map((flaw) => ({
      summary: `the certificate that ${probe.url} shows ${flaw}`,
      evidence: { ...evidence(flaw), stable: flaw },
    })),
    blind:
      launchesOf(member).length === 0
        ? [...issuerUnknown(probe, purpose), ...namesUnknown(probe, leaf, purpose)]
        : [],
    good: [evidence(told(leaf))],
  }
}

/** Every certificate that the member shows on listeners of these roles. */
export function lookAtServed(
  rule: LeafRule,
  member: Member,
  roles: readonly ListenerRole[],
  now: Date,
): LeafSeen {
  const each = servedDoors(member, roles).map((probe) => lookAtDoor(rule, probe, member, now))
  return {
    bad: each.flatMap((one) => one.bad),
    blind: each.flatMap((one) => one.blind),
    good: each.flatMap((one) => one.good),
  }
}
