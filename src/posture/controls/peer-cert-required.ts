import { known } from '../../core/fact.ts'
import { certRequiredRule } from '../cert-required.ts'
import { defineControl } from '../control.ts'
import { member, seen } from '../example.ts'
import { judgeDoors } from '../judge-doors.ts'
import { door, page, PEER, refused, unreachable } from '../listener-example.ts'
import { cis } from '../references.ts'
import { members } from '../subjects.ts'

export default defineControl({
  id: 'peer-cert-required',
  title: 'Peers must show a certificate',
  severity: 'critical',
  area: 'listeners',
  rationale:
    'Whoever may speak on the peer port can take part in replication, read the member list, ask for a ' +
    'snapshot, and no RBAC is in between.',
  remediation:
    'Set --peer-client-cert-auth=true and --peer-trusted-ca-file to the CA of the peers.',
  references: [...cis('etcd-peer-client-auth'), { standard: 'DISA STIG', id: 'V-242426' }],
  needs: ['probes'],
  subjects: members,
  judge: (member, look) => judgeDoors(certRequiredRule(['peer'], 'peer-'), member, look),
  examples: [
    {
      name: 'strangers are refused, the control is let in',
      given: seen({ members: [member({ listeners: known([door(PEER)]) })] }),
      expect: { m1: 'pass' },
    },
    {
      name: 'the member list is told to anyone',
      given: seen({
        members: [
          member({ listeners: known([door({ ...PEER, tls: { none: page, good: page } })]) }),
        ],
      }),
      expect: { m1: 'fail' },
    },
    {
      name: 'no certificate of a peer is at hand',
      given: seen({
        members: [member({ listeners: known([door({ ...PEER, tls: { none: refused } })]) })],
      }),
      expect: { m1: 'unknown' },
    },
    {
      name: 'the port could not be reached',
      given: seen({ members: [member({ listeners: known([unreachable(PEER)]) })] }),
      expect: { m1: 'unknown' },
    },
  ],
})
