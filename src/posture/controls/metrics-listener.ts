import { known } from '../../core/fact.ts'
import { defineControl, pass, type Judgement } from '../control.ts'
import { launch, member, seen } from '../example.ts'
import { isLoopback } from '../gather/door.ts'
import {
  flagEvidence,
  isOpen,
  isPlain,
  judgeDoors,
  launchesOf,
  plaintextSeen,
  probeEvidence,
  urlsOf,
  withoutControl,
  type DoorRule,
} from '../judge-doors.ts'
import { door, openDoor, page, unreachable } from '../listener-example.ts'
import type { Member } from '../observation.ts'
import { members } from '../subjects.ts'

const rule: DoorRule = {
  roles: ['metrics'],
  configured: (launch) =>
    urlsOf(launch, ['metrics'])
      .filter(({ url }) => isPlain(url) && !isLoopback(url))
      .map(({ url, flag }) => ({
        summary: `metrics are served in plaintext beyond this machine, on ${url}`,
        evidence: flagEvidence(launch, flag),
      })),
  seen(probe) {
    if (isLoopback(probe.url)) return []
    const { none } = probe.tls
    const anonymous = isOpen(none)
      ? [
          {
            summary: `${probe.url} shows metrics to a caller without a certificate`,
            evidence: probeEvidence(probe, 'tls none', none),
          },
        ]
      : []
    return [...plaintextSeen(probe), ...anonymous]
  },
  proof(probe) {
    const attempt = [probe.plaintext.http1, probe.tls.none].find(isOpen)
    if (isLoopback(probe.url))
      return probeEvidence(probe, 'loopback', {
        outcome: 'answered',
        detail: `only local processes reach ${probe.url}: ${attempt?.detail ?? 'TCP accepted'}`,
      })
    const { none } = probe.tls
    if (none?.outcome !== 'refused')
      return `${probe.address} says neither yes nor no: ${none?.detail ?? 'not tried'}`
    return withoutControl(probe) ?? probeEvidence(probe, 'tls none', none)
  },
  stated: (launch) => flagEvidence(launch, 'listen-metrics-urls'),
  good: 'metrics stay on this machine, or ask for a certificate',
  none: 'there is no metrics listener of its own; metrics are served where clients connect',
}

/** Then metrics are served on the client listener alone, behind whatever guards it. */
function withoutListener(member: Member): Judgement | undefined {
  const launches = launchesOf(member)
  const [first] = launches
  if (!first || launches.some((launch) => urlsOf(launch, ['metrics']).length > 0)) return undefined
  return pass(rule.none, flagEvidence(first, 'listen-metrics-urls'))
}

const METRICS = { role: 'metrics', address: '127.0.0.1:2381' } as const

export default defineControl({
  id: 'metrics-listener',
  title: 'Metrics are not open to the network',
  severity: 'medium',
  area: 'listeners',
  rationale:
    'The metrics listener has no access control of its own. It tells versions, members, sizes and load, ' +
    'and on plain http anyone who reaches it may ask, as often as he likes.',
  remediation:
    'Bind --listen-metrics-urls to http://127.0.0.1, or to an https:// URL, which asks for a client certificate.',
  references: [],
  needs: ['probes'],
  subjects: members,
  judge: (member, look) => withoutListener(member) ?? judgeDoors(rule, member, look),
  examples: [
    {
      name: "kubeadm's default: plain http on loopback",
      given: seen({
        members: [
          member({ listeners: known([openDoor({ ...METRICS, url: 'http://127.0.0.1:2381' })]) }),
        ],
      }),
      expect: { m1: 'pass' },
    },
    {
      name: 'plain http on every address',
      given: seen({
        members: [
          member({ listeners: known([openDoor({ ...METRICS, url: 'http://0.0.0.0:2381' })]) }),
        ],
      }),
      expect: { m1: 'fail' },
    },
    {
      name: 'https, and no certificate asked for',
      given: seen({
        members: [
          member({
            listeners: known([
              door({ ...METRICS, url: 'https://10.0.0.1:2381', tls: { none: page, good: page } }),
            ]),
          }),
        ],
      }),
      expect: { m1: 'fail' },
    },
    {
      name: 'no listener of its own',
      given: seen({
        members: [member({ running: known(launch({})), listeners: known([door()]) })],
      }),
      expect: { m1: 'pass' },
    },
    {
      name: 'the listener could not be reached',
      given: seen({
        members: [
          member({
            listeners: known([unreachable({ ...METRICS, url: 'http://127.0.0.1:2381' })]),
          }),
        ],
      }),
      expect: { m1: 'unknown' },
    },
  ],
})
