import { setting } from '../../effective/model.ts'
import { known } from '../../core/fact.ts'
import { defineControl } from '../control.ts'
import { member, seen } from '../example.ts'
import { flagEvidence, judgeDoors, probeEvidence, type DoorRule } from '../judge-doors.ts'
import { answered, door, unreachable } from '../listener-example.ts'
import { members } from '../subjects.ts'

const OLD = ['TLS1.0', 'TLS1.1'] as const

const rule: DoorRule = {
  roles: ['client', 'client-http', 'peer', 'metrics'],
  concerns: (url) => url.startsWith('https:'),
  configured: (launch) =>
    OLD.includes(setting(launch, 'tls-min-version') as 'TLS1.0')
      ? [
          {
            summary: 'versions before TLS 1.2 are allowed',
            evidence: flagEvidence(launch, 'tls-min-version'),
          },
        ]
      : [],
  seen: (probe) =>
    OLD.flatMap((version) => {
      const attempt = probe.versions[version]
      return attempt?.outcome === 'answered'
        ? [
            {
              summary: `${probe.url} speaks ${version}`,
              evidence: probeEvidence(probe, version, attempt),
            },
          ]
        : []
    }),
  proof(probe) {
    const modern = [probe.versions['TLS1.3'], probe.versions['TLS1.2']].find(
      (attempt) => attempt?.outcome === 'answered',
    )
    if (!modern) return `${probe.address} did not finish a handshake of TLS 1.2 or 1.3`
    const odd = OLD.find((version) => probe.versions[version]?.outcome !== 'refused')
    if (odd) return `${probe.address} says neither yes nor no to ${odd}`
    return probeEvidence(probe, 'TLS1.0 and TLS1.1', {
      outcome: 'refused',
      detail: 'refused, while newer versions are spoken',
    })
  },
  stated: (launch) => flagEvidence(launch, 'tls-min-version'),
  good: 'TLS 1.2 is the oldest version that is spoken',
  none: 'no listener speaks TLS',
}

export default defineControl({
  id: 'tls-version-floor',
  title: 'Listeners speak TLS 1.2 or newer',
  severity: 'medium',
  area: 'listeners',
  rationale:
    'TLS 1.0 and 1.1 are broken (RFC 8996). etcd itself has refused them for long; a build with its own ' +
    'settings, or a proxy in front of the member, may not.',
  remediation:
    'Set --tls-min-version=TLS1.2 or TLS1.3, and see what terminates TLS in front of etcd.',
  references: [{ standard: 'IETF', id: 'RFC 8996' }],
  needs: ['probes'],
  subjects: members,
  judge: (member, look) => judgeDoors(rule, member, look),
  examples: [
    {
      name: 'old versions are refused',
      given: seen({ members: [member({ listeners: known([door()]) })] }),
      expect: { m1: 'pass' },
    },
    {
      name: 'TLS 1.0 is spoken',
      given: seen({
        members: [
          member({
            listeners: known([door({ versions: { 'TLS1.0': answered, 'TLS1.2': answered } })]),
          }),
        ],
      }),
      expect: { m1: 'fail' },
    },
    {
      name: 'the port could not be reached',
      given: seen({ members: [member({ listeners: known([unreachable()]) })] }),
      expect: { m1: 'unknown' },
    },
  ],
})
