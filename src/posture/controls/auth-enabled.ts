import { known } from '../../core/fact.ts'
import type { Evidence } from '../../core/finding.ts'
import { defineControl, fail, notApplicable, pass, unknown } from '../control.ts'
import { authOff, authOn, clientListener, clusterOf } from '../example-rpc.ts'
import { launch, member } from '../example.ts'
import { clientDoor } from '../rules/client-door.ts'
import { wholeCluster } from '../subjects.ts'

const said = (enabled: boolean): Evidence => ({
  source: 'etcd AuthStatus',
  observed: enabled ? 'enabled' : 'disabled',
  layer: 'proven',
})
const withDoor = (state: 'open' | 'closed') =>
  clusterOf({ auth: known(authOff) }, [member({ listeners: known([clientListener(state)]) })])

export default defineControl({
  id: 'auth-enabled',
  title: 'Somebody checks who reads and writes etcd',
  severity: 'medium',
  area: 'access',
  rationale:
    "Without users and roles, whoever reaches the client port may do everything. etcd's threat model makes mutual TLS " +
    'the boundary and users a second line, and the etcd under Kubernetes normally runs without users: its one client is ' +
    'the API server. So authentication that is off counts as a fault only where the port also opens without a client certificate.',
  remediation:
    'Require client certificates of a CA that is used for nothing else. Where several clients share the etcd: create the ' +
    'user root with the role root, users and roles for the clients, then `etcdctl auth enable`.',
  references: [{ standard: 'etcd threat model', id: 'client authentication' }],
  needs: ['rpc', 'probes'],
  subjects: wholeCluster,
  judge(all, { need }) {
    if (need(all.cluster.auth).enabled) return pass('authentication is on', said(true))
    const doors = all.members.map((one) => clientDoor(one, all.probed))
    const open = doors.find((door) => door.state === 'open')
    if (open)
      return fail('authentication is off and the client port asks for no certificate', [
        said(false),
        ...open.evidence,
      ])
    if (doors.some((door) => door.state === 'unseen'))
      return unknown(
        'authentication is off, and whether every client port demands a certificate could not be seen',
        'a client certificate that etcd accepts, for the positive control',
        [said(false)],
      )
    return notApplicable(
      'authentication is off; mutual TLS is the boundary, and it was seen to hold',
      [said(false), ...doors.flatMap((door) => door.evidence)],
    )
  },
  examples: [
    { name: 'on', given: clusterOf({ auth: known(authOn()) }), expect: { etcd: 'pass' } },
    { name: 'off, and anybody is let in', given: withDoor('open'), expect: { etcd: 'fail' } },
    {
      name: 'off behind mutual TLS, as kubeadm sets it up',
      given: withDoor('closed'),
      expect: { etcd: 'not-applicable' },
    },
    {
      name: 'off, and a manifest that asks for no certificate after the next restart',
      given: clusterOf({ auth: known(authOff) }, [
        member({
          listeners: known([clientListener('closed')]),
          declared: known(
            launch({ 'listen-client-urls': 'http://0.0.0.0:2379' }, { layer: 'declared' }),
          ),
        }),
      ]),
      expect: { etcd: 'fail' },
    },
    {
      name: 'off, and the port was not tried',
      given: clusterOf({ auth: known(authOff) }),
      expect: { etcd: 'unknown' },
    },
  ],
})
