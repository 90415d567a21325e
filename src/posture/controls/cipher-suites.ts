import { known, missing } from '../../core/fact.ts'
import { setting } from '../../effective/model.ts'
import { defineControl } from '../control.ts'
import { launch, member, seen } from '../example.ts'
import { flagEvidence, judgeDoors, probeEvidence, type DoorRule } from '../judge-doors.ts'
import { door } from '../listener-example.ts'
import { members } from '../subjects.ts'
import { WEAK_SUITES } from '../weak-suites.ts'

const named = (list: string): readonly string[] =>
  list
    .split(',')
    .map((name) => name.trim())
    // Go's older names for two of them carry no hash at the end; none of those is weak.
    .filter((name) => name in WEAK_SUITES)

const rule: DoorRule = {
  roles: ['client', 'client-http', 'peer', 'metrics'],
  concerns: (url) => url.startsWith('https:'),
  configured(launch) {
    const weak = named(setting(launch, 'cipher-suites') ?? '')
    return weak.length === 0
      ? []
      : [
          {
            summary: `--cipher-suites allows ${weak.join(', ')}`,
            evidence: flagEvidence(launch, 'cipher-suites'),
          },
        ]
  },
  seen(probe) {
    const weak = probe.weakSuites.known ? probe.weakSuites.value : []
    return weak.length === 0
      ? []
      : [
          {
            summary: `${probe.url} takes ${weak.length} weak cipher suites`,
            evidence: {
              source: `probe tls suites ${probe.address}`,
              observed: weak.toSorted().join(', '),
              layer: 'proven',
            },
          },
        ]
  },
  proof: (probe) =>
    probe.weakSuites.known
      ? probeEvidence(probe, 'tls suites', { outcome: 'refused', detail: 'no weak suite is taken' })
      : probe.weakSuites.why,
  stated: (launch) => flagEvidence(launch, 'cipher-suites'),
  good: 'weak cipher suites are turned down',
  none: 'no listener speaks TLS',
}

export default defineControl({
  id: 'cipher-suites',
  title: 'Listeners turn down weak cipher suites',
  severity: 'medium',
  area: 'listeners',
  rationale:
    'RC4, 3DES and CBC with SHA-256 can be attacked, and key exchange by RSA lets a stolen server key open ' +
    'recorded traffic. etcd takes every suite that its Go release has on by default, which in older ' +
    'releases includes 3DES and RSA key exchange for RSA certificates; it also takes insecure names in --cipher-suites.',
  remediation:
    'Set --cipher-suites to ECDHE suites with GCM or ChaCha20, or --tls-min-version=TLS1.3 without it; or use ECDSA certificates.',
  references: [{ standard: 'IETF', id: 'RFC 9325' }],
  needs: ['probes'],
  subjects: members,
  judge: (member, look) => judgeDoors(rule, member, look),
  examples: [
    {
      name: 'no weak suite is taken',
      given: seen({ members: [member({ listeners: known([door()]) })] }),
      expect: { m1: 'pass' },
    },
    {
      name: '3DES is taken',
      given: seen({
        members: [
          member({
            listeners: known([door({ weakSuites: known(['TLS_RSA_WITH_3DES_EDE_CBC_SHA']) })]),
          }),
        ],
      }),
      expect: { m1: 'fail' },
    },
    {
      name: 'the flag names RC4',
      given: seen({
        members: [
          member({ running: known(launch({ 'cipher-suites': 'TLS_RSA_WITH_RC4_128_SHA' })) }),
        ],
      }),
      expect: { m1: 'fail' },
    },
    {
      name: 'the listener gave no clear answer',
      given: seen({
        members: [
          member({ listeners: known([door({ weakSuites: missing('no answer in time') })]) }),
        ],
      }),
      expect: { m1: 'unknown' },
    },
  ],
})
