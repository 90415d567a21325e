import { enabled, setting, type Launch } from '../effective/model.ts'
import type { Evidence } from '../core/finding.ts'
import { valueOf } from '../core/fact.ts'
import type { ListenerProbe, ListenerRole } from './facts/probes.ts'
import {
  flagEvidence,
  isOpen,
  isPlain,
  launchesOf,
  plaintextSeen,
  probeEvidence,
  urlsOf,
  withoutControl,
  type Bad,
  type DoorRule,
} from './judge-doors.ts'
import type { Member } from './observation.ts'
import { openToOthers, socketEvidence } from './rules/socket-access.ts'
import { isSocketUrl } from './socket-url.ts'

const STRANGERS = [
  ['none', 'a caller without a certificate'],
  ['throwaway-ca', 'a certificate of a CA that nobody knows'],
  ['expired', 'an expired certificate'],
] as const

export const strangersSeen = (probe: ListenerProbe): readonly Bad[] =>
  STRANGERS.flatMap(([credential, who]) => {
    const attempt = probe.tls[credential]
    return isOpen(attempt)
      ? [
          {
            summary: `${probe.url} let in ${who}`,
            evidence: probeEvidence(probe, `tls ${credential}`, attempt),
          },
        ]
      : []
  })

/** A trusted CA alone makes etcd demand certificates, whatever the other flag says. */
export const demandsCertificates = (launch: Launch, side: '' | 'peer-'): boolean =>
  enabled(launch, `${side}client-cert-auth`) ||
  setting(launch, `${side}trusted-ca-file`) !== undefined

/** Other users may connect to a Unix socket that asks nobody for a certificate. */
const socketsOpen = (probe: ListenerProbe, member: Member, side: '' | 'peer-'): readonly Bad[] => {
  const socket = isSocketUrl(probe.url) ? valueOf(probe.socket) : undefined
  if (!socket || !openToOthers(socket)) return []
  const asks = launchesOf(member).every((launch) => demandsCertificates(launch, side))
  return asks && /^unixs:/i.test(probe.url)
    ? []
    : [
        {
          summary: `other users of the host may connect to ${probe.url}, and need no certificate`,
          evidence: socketEvidence(socket),
        },
      ]
}

export function strangersRefused(probe: ListenerProbe): Evidence | string {
  const tried = [probe.tls.none, probe.tls['throwaway-ca']].filter((one) => one !== undefined)
  const unclear = tried.find((attempt) => attempt.outcome !== 'refused')
  if (unclear || tried.length === 0)
    return `${probe.address} says neither yes nor no to strangers: ${unclear?.detail ?? 'not tried'}`
  const [none] = tried
  return (
    withoutControl(probe) ??
    (none ? probeEvidence(probe, 'tls none', none) : `${probe.address} was not tried`)
  )
}

/** Nobody gets an answer from these doors without a certificate of the trusted CA. */
export const certRequiredRule = (roles: readonly ListenerRole[], side: '' | 'peer-'): DoorRule => ({
  roles,
  configured: (launch) =>
    urlsOf(launch, roles)
      .filter(
        ({ url }) =>
          isPlain(url) || (url.startsWith('https:') && !demandsCertificates(launch, side)),
      )
      .map(({ url, flag }) =>
        isPlain(url)
          ? {
              summary: `on ${url} no certificate is asked for, whatever --${side}client-cert-auth says`,
              evidence: flagEvidence(launch, flag),
            }
          : {
              summary: `neither --${side}client-cert-auth nor --${side}trusted-ca-file is set`,
              evidence: flagEvidence(launch, `${side}client-cert-auth`),
            },
      ),
  sockets: true,
  seen: (probe, member) => [
    ...plaintextSeen(probe),
    ...strangersSeen(probe),
    ...socketsOpen(probe, member, side),
  ],
  proof: strangersRefused,
  stated: (launch) =>
    urlsOf(launch, roles)
      .find(({ url }) => isSocketUrl(url))
      ?.url.concat(' was not looked at') ??
    flagEvidence(
      launch,
      enabled(launch, `${side}client-cert-auth`)
        ? `${side}client-cert-auth`
        : `${side}trusted-ca-file`,
    ),
  good: 'callers without a certificate of the trusted CA are turned away',
  none: 'there is no such listener',
})
