import { known, missing } from '../../core/fact.ts'
import { defineControl } from '../control.ts'
import { launch, member, seen } from '../example.ts'
import { CLIENT_ROLES, judgeDoors } from '../judge-doors.ts'
import { door, openDoor, unreachable } from '../listener-example.ts'
import { tlsRule } from '../listener-tls.ts'
import { cis } from '../references.ts'
import { members } from '../subjects.ts'

export default defineControl({
  id: 'client-listener-tls',
  title: 'Clients reach etcd over TLS alone',
  severity: 'critical',
  area: 'listeners',
  rationale:
    'On an http:// URL etcd ignores its certificates and --client-cert-auth, and only logs a warning: ' +
    'whoever reaches the port reads and writes everything, Kubernetes Secrets included. ' +
    'A second listener on loopback is open to every local process and to every pod on the host network.',
  remediation:
    'Change every http:// in --listen-client-urls and --listen-client-http-urls to https://.',
  references: [
    ...cis('etcd-certificate'),
    { standard: 'DISA STIG', id: 'V-242427' },
    { standard: 'DISA STIG', id: 'V-242428' },
  ],
  needs: ['probes'],
  subjects: members,
  judge: (member, look) => judgeDoors(tlsRule(CLIENT_ROLES), member, look),
  examples: [
    {
      name: 'plaintext is refused and a certificate is shown',
      given: seen({ members: [member({ listeners: known([door()]) })] }),
      expect: { m1: 'pass' },
    },
    {
      name: 'a second listener on loopback answers in plaintext',
      given: seen({
        members: [
          member({ listeners: known([door(), openDoor({ url: 'http://127.0.0.1:2379' })]) }),
        ],
      }),
      expect: { m1: 'fail' },
    },
    {
      name: 'the process listens on http, and cannot be reached',
      given: seen({
        members: [
          member({
            running: known(launch({ 'listen-client-urls': 'http://10.0.0.1:2379' })),
            listeners: known([unreachable({ url: 'http://10.0.0.1:2379' })]),
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
    {
      name: 'probing is switched off and the process listens on https',
      given: seen({
        probed: false,
        members: [
          member({
            running: known(launch({ 'listen-client-urls': 'https://10.0.0.1:2379' })),
            listeners: missing('probing is switched off'),
          }),
        ],
      }),
      expect: { m1: 'pass' },
    },
  ],
})
