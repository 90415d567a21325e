import { known, missing } from '../../core/fact.ts'
import { defineControl, fail, notApplicable, pass } from '../control.ts'
import { authOff, authOn, clusterOf } from '../example-rpc.ts'
import { wholeCluster } from '../subjects.ts'

export default defineControl({
  id: 'root-holders',
  title: 'Only the user root holds the role root',
  severity: 'medium',
  area: 'access',
  rationale:
    'The role root reads and writes every key, changes users and members, takes snapshots and switches authentication off. ' +
    'Every further holder is one more password or certificate that opens everything.',
  remediation:
    'Give each client a role with the keys it needs, then `etcdctl user revoke-role NAME root`.',
  references: [],
  needs: ['rpc'],
  subjects: wholeCluster,
  judge(all, { need }) {
    const auth = need(all.cluster.auth)
    if (!auth.enabled) return notApplicable('authentication is off, so nobody needs a role')
    const holders = need(auth.users)
      .filter((user) => user.roles.includes('root'))
      .map((user) => user.name)
    const others = holders.filter((name) => name !== 'root')
    const evidence = {
      source: 'etcd UserGet',
      observed: `role root: ${holders.toSorted().join(', ')}`,
      layer: 'proven',
    } as const
    return others.length === 0
      ? pass('only the user root holds the role root', evidence)
      : fail(`${others.toSorted().join(', ')} may do everything`, [evidence])
  },
  examples: [
    {
      name: 'root alone',
      given: clusterOf({ auth: known(authOn({ root: ['root'], app: ['app'] })) }),
      expect: { etcd: 'pass' },
    },
    {
      name: 'an application as root',
      given: clusterOf({ auth: known(authOn({ root: ['root'], app: ['root'] })) }),
      expect: { etcd: 'fail' },
    },
    {
      name: 'no users',
      given: clusterOf({ auth: known(authOff) }),
      expect: { etcd: 'not-applicable' },
    },
    {
      name: 'users may not be listed',
      given: clusterOf({
        auth: known({
          ...authOn(),
          users: missing('UserList: permission denied', 'a user with the role root'),
        }),
      }),
      expect: { etcd: 'unknown' },
    },
  ],
})
