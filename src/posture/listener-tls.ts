import {
  FLAGS,
  flagEvidence,
  isOpen,
  isPlain,
  plaintextSeen,
  probeEvidence,
} from './judge-doors.ts'
import { urlsOf, type DoorRule } from './judge-doors.ts'
import type { ListenerProbe, ListenerRole } from './facts/probes.ts'

function refusesPlaintext(probe: ListenerProbe) {
  const attempts = [probe.plaintext.h2c, probe.plaintext.http1].filter((one) => one !== undefined)
  const unclear = attempts.find((attempt) => attempt.outcome !== 'refused')
  if (unclear)
    return `${probe.address} answers plaintext with neither yes nor no: ${unclear.detail}`
  if (!probe.served.known && !isOpen(probe.tls.good))
    return `${probe.address} refuses plaintext, but speaks no TLS either`
  return probeEvidence(probe, 'plaintext', {
    outcome: 'refused',
    detail: 'plaintext is refused, TLS is spoken',
  })
}

/** No door of these roles speaks plaintext. */
export const tlsRule = (roles: readonly ListenerRole[]): DoorRule => ({
  roles,
  configured: (launch) =>
    urlsOf(launch, roles)
      .filter(({ url }) => isPlain(url))
      .map(({ url, flag }) => ({
        summary: `--${flag} has ${url}, where etcd ignores its certificates`,
        evidence: flagEvidence(launch, flag),
      })),
  seen: plaintextSeen,
  proof: refusesPlaintext,
  stated: (launch) => flagEvidence(launch, FLAGS[roles[0] ?? 'client']),
  good: 'every listener speaks TLS and refuses plaintext',
  none: 'there is no such listener',
})
