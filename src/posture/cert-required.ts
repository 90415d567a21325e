import { enabled, setting, type Launch } from '../effective/model.ts'
import type { Evidence } from '../core/finding.ts'
import type { ListenerProbe, ListenerRole } from './facts/probes.ts'
import {
  flagEvidence,
  isOpen,
  isPlain,
  plaintextSeen,
  probeEvidence,
  urlsOf,
  withoutControl,
  type Bad,
  type DoorRule,
} from './judge-doors.ts'

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
  seen: (probe) => [...plaintextSeen(probe), ...strangersSeen(probe)],
  proof: strangersRefused,
  stated: (launch) =>
    flagEvidence(
      launch,
      enabled(launch, `${side}client-cert-auth`)
        ? `${side}client-cert-auth`
        : `${side}trusted-ca-file`,
    ),
  good: 'callers without a certificate of the trusted CA are turned away',
  none: 'there is no such listener',
})
