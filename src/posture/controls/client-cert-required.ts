import { known } from '../../core/fact.ts'
import { certRequiredRule } from '../cert-required.ts'
import { defineControl } from '../control.ts'
import { launch, member, seen } from '../example.ts'
import { CLIENT_ROLES, judgeDoors } from '../judge-doors.ts'
import { answered, denied, door, refused, socketDoor } from '../listener-example.ts'
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
      name: 'a Unix socket to which root alone may connect',
      given: seen({ members: [member({ listeners: known([door(), socketDoor(0o755)]) })] }),
      expect: { m1: 'pass' },
    },
    {
      name: 'a Unix socket to which everybody on the host may connect',
      given: seen({ members: [member({ listeners: known([door(), socketDoor(0o777)]) })] }),
      expect: { m1: 'fail' },
    },
    {
      name: 'everybody may connect to a Unix socket, over TLS that was not tried',
      given: seen({
        members: [
          member({
            running: known(launch({ ...https, 'trusted-ca-file': '/pki/ca.crt' })),
            listeners: known([door(), socketDoor(0o777, 'unixs:///run/etcd.sock')]),
          }),
        ],
      }),
      expect: { m1: 'unknown' },
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
