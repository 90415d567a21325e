import { known } from '../../core/fact.ts'
import { defineControl } from '../control.ts'
import { member, seen } from '../example.ts'
import { judgeDoors } from '../judge-doors.ts'
import { door, openDoor, PEER, unreachable } from '../listener-example.ts'
import { tlsRule } from '../listener-tls.ts'
import { cis } from '../references.ts'
import { members } from '../subjects.ts'

export default defineControl({
  id: 'peer-listener-tls',
  title: 'Members talk to each other over TLS alone',
  severity: 'critical',
  area: 'listeners',
  rationale:
    'Replication carries every value. Up to etcd 3.5 a plaintext peer port also serves the complete ' +
    'client API to anyone, whatever protects the client port.',
  remediation:
    'Move the peer URLs to https:// one member at a time: update the member list, then --listen-peer-urls.',
  references: [
    ...cis('etcd-peer-certificate'),
    { standard: 'DISA STIG', id: 'V-242432' },
    { standard: 'DISA STIG', id: 'V-242433' },
  ],
  needs: ['probes'],
  subjects: members,
  judge: (member, look) => judgeDoors(tlsRule(['peer']), member, look),
  examples: [
    {
      name: 'plaintext is refused and a certificate is shown',
      given: seen({ members: [member({ listeners: known([door(PEER)]) })] }),
      expect: { m1: 'pass' },
    },
    {
      name: 'the peer port answers a Range in plaintext',
      given: seen({
        members: [
          member({ listeners: known([openDoor({ ...PEER, url: 'http://127.0.0.1:2380' })]) }),
        ],
      }),
      expect: { m1: 'fail' },
    },
    {
      name: 'the port could not be reached',
      given: seen({ members: [member({ listeners: known([unreachable(PEER)]) })] }),
      expect: { m1: 'unknown' },
    },
  ],
})
