import { known } from '../../core/fact.ts'
import { setting, type Launch } from '../../effective/model.ts'
import { defineControl } from '../control.ts'
import { launch, member, seen } from '../example.ts'
import {
  CLIENT_ROLES,
  flagEvidence,
  isPlain,
  judgeDoors,
  probeEvidence,
  urlsOf,
  type Bad,
  type DoorRule,
} from '../judge-doors.ts'
import type { ListenerProbe } from '../facts/probes.ts'
import { absent, denied, door, openDoor, unreachable } from '../listener-example.ts'
import { members } from '../subjects.ts'
import { anonymousRefused } from '../web-surface.ts'

const anything = (launch: Launch, flag: string): boolean =>
  (setting(launch, flag) ?? '*').split(',').includes('*')

function originSeen(probe: ListenerProbe): readonly Bad[] {
  const origin = probe.allowedOrigin?.known ? probe.allowedOrigin.value : null
  if (origin === null || probe.http['/version']?.anonymous.outcome !== 'answered') return []
  return [
    {
      summary: `${probe.url} lets pages of any web site read its answers`,
      evidence: probeEvidence(probe, 'http origin', {
        outcome: 'answered',
        detail: 'Access-Control-Allow-Origin for a foreign origin',
      }),
    },
  ]
}

const foreignHostSeen = (probe: ListenerProbe): readonly Bad[] =>
  probe.foreignHost?.outcome === 'answered' && isPlain(probe.url)
    ? [
        {
          summary: `${probe.url} answers under a foreign Host name`,
          evidence: probeEvidence(probe, 'http host', probe.foreignHost),
        },
      ]
    : []

const rule: DoorRule = {
  roles: CLIENT_ROLES,
  configured: (launch) =>
    urlsOf(launch, CLIENT_ROLES).some(({ url }) => isPlain(url))
      ? (['cors', 'host-whitelist'] as const)
          .filter((flag) => anything(launch, flag))
          .map((flag) => ({
            summary: `--${flag} lets any web site through on a plaintext listener`,
            evidence: flagEvidence(launch, flag),
          }))
      : [],
  seen: (probe) => [...originSeen(probe), ...foreignHostSeen(probe)],
  proof(probe) {
    const { allowedOrigin, foreignHost } = probe
    if (!allowedOrigin) return anonymousRefused(probe, '/version')
    if (!allowedOrigin.known) return allowedOrigin.why
    return isPlain(probe.url) && foreignHost?.outcome !== 'denied'
      ? `${probe.address} gave no clear answer under a foreign Host name`
      : probeEvidence(probe, 'http origin', {
          outcome: 'refused',
          detail: 'no foreign origin is allowed',
        })
  },
  stated: (launch) => flagEvidence(launch, 'listen-client-urls'),
  good: 'web pages of other sites cannot use this listener',
  none: 'there is no client listener',
}

export default defineControl({
  id: 'cors-and-host-whitelist',
  title: 'Web pages of other sites cannot talk to etcd',
  severity: 'low',
  area: 'listeners',
  rationale:
    'By default etcd allows every origin and every Host name. Where it answers without a client ' +
    "certificate, a page in an operator's browser can read keys through it (DNS rebinding, CVE-2018-1099). " +
    'With client certificates demanded, browsers do not get in and the defaults do no harm.',
  remediation:
    'Demand client certificates; else set --cors and --host-whitelist to the names that are needed.',
  references: [
    { standard: 'CVE', id: 'CVE-2018-1098' },
    { standard: 'CVE', id: 'CVE-2018-1099' },
  ],
  needs: ['probes'],
  subjects: members,
  judge: (member, look) => judgeDoors(rule, member, look),
  examples: [
    {
      name: 'the defaults, where a client certificate is demanded',
      given: seen({ members: [member({ listeners: known([door()]) })] }),
      expect: { m1: 'pass' },
    },
    {
      name: 'plaintext, with origins and Host names limited',
      given: seen({
        members: [
          member({
            running: known(
              launch({
                'listen-client-urls': 'http://10.0.0.1:2379',
                cors: 'https://ops.example:443',
                'host-whitelist': 'etcd.example',
              }),
            ),
            listeners: known([openDoor({ allowedOrigin: known(null), foreignHost: denied })]),
          }),
        ],
      }),
      expect: { m1: 'pass' },
    },
    {
      name: 'the defaults, in plaintext',
      given: seen({ members: [member({ listeners: known([openDoor()]) })] }),
      expect: { m1: 'fail' },
    },
    {
      name: 'the path is gone but the Host name was not refused',
      given: seen({
        members: [
          member({
            listeners: known([openDoor({ allowedOrigin: known(null), foreignHost: absent })]),
          }),
        ],
      }),
      expect: { m1: 'unknown' },
    },
    {
      name: 'the port could not be reached',
      given: seen({ members: [member({ listeners: known([unreachable()]) })] }),
      expect: { m1: 'unknown' },
    },
  ],
})
