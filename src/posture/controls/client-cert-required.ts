import { known } from '../../core/fact.ts'
import { certRequiredRule } from '../cert-required.ts'
import { defineControl } from '../control.ts'
import { launch, member, seen } from '../example.ts'
import { CLIENT_ROLES, judgeDoors } from '../judge-doors.ts'
import { answered, denied, door, refused } from '../listener-example.ts'
import { cis } from '../references.ts'
import { members } from '../subjects.ts'

const https = { 'listen-client-urls': 'https://10.0.0.1:2379' }

export default defineControl({
  id: 'client-cert-required',
  title: 'Clients must show a certificate',
  severity: 'critical',
  area: 'listeners',
  rationale:
    'Without client certificates TLS hides the traffic and keeps nobody out. etcd checks no password ' +
    'unless its own RBAC is on, which Kubernetes does not use.',
  remediation: 'Set --client-cert-auth=true and --trusted-ca-file to the etcd CA.',
  references: [...cis('etcd-client-auth'), { standard: 'DISA STIG', id: 'V-242423' }],
  needs: ['probes'],
  subjects: members,
  judge: (member, look) => judgeDoors(certRequiredRule(CLIENT_ROLES, ''), member, look),
  examples: [
    {
      name: 'strangers are refused, the control is let in',
      given: seen({ members: [member({ listeners: known([door()]) })] }),
      expect: { m1: 'pass' },
    },
    {
      name: 'the flag is off, but a trusted CA makes etcd demand certificates',
      given: seen({
        members: [
          member({
            running: known(
              launch({ ...https, 'client-cert-auth': 'false', 'trusted-ca-file': '/pki/ca.crt' }),
            ),
            listeners: known([door()]),
          }),
        ],
      }),
      expect: { m1: 'pass' },
    },
    {
      name: 'a caller without a certificate gets an answer',
      given: seen({
        members: [
          member({ listeners: known([door({ tls: { none: answered, good: answered } })]) }),
        ],
      }),
      expect: { m1: 'fail' },
    },
    {
      name: 'RBAC says no, so the transport let the caller in',
      given: seen({
        members: [member({ listeners: known([door({ tls: { none: denied, good: answered } })]) })],
      }),
      expect: { m1: 'fail' },
    },
    {
      name: 'everything is refused, the control too',
      given: seen({
        members: [
          member({
            listeners: known([
              door({ tls: { none: refused, 'throwaway-ca': refused, good: refused } }),
            ]),
          }),
        ],
      }),
      expect: { m1: 'unknown' },
    },
  ],
})
