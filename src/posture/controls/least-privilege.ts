import { known } from '../../core/fact.ts'
import { defineControl, fail, notApplicable, pass } from '../control.ts'
import { authOff, authOn, clusterOf } from '../example-rpc.ts'
import { coverAll, mayRead, mayWrite } from '../rules/permissions.ts'
import { wholeCluster } from '../subjects.ts'

const one = (role: readonly (readonly ['read' | 'write' | 'readwrite', string, string])[]) =>
  clusterOf({ auth: known(authOn({ root: ['root'], app: ['app'] }, { root: [], app: role })) })

export default defineControl({
  id: 'least-privilege',
  title: 'No role but root reaches the whole keyspace',
  severity: 'medium',
  area: 'access',
  rationale:
    'A role that covers every key makes its holders as strong as root over the data, without looking like it in a list ' +
    'of root holders. A client needs a prefix.',
  remediation:
    '`etcdctl role grant-permission ROLE readwrite --prefix=true /its/prefix/`, then revoke the grant of everything.',
  references: [],
  needs: ['rpc'],
  subjects: wholeCluster,
  judge(all, { need }) {
    const auth = need(all.cluster.auth)
    if (!auth.enabled) return notApplicable('authentication is off, so roles limit nobody')
    // The role root's own grants mean nothing: it may do everything anyway.
    const roles = need(auth.roles).filter((role) => role.name !== 'root')
    const wide = roles
      .filter(({ permissions }) =>
        [mayRead, mayWrite].some((may) => coverAll(permissions.filter(may))),
      )
      .map((role) => role.name)
    const evidence = (observed: string) =>
      ({ source: 'etcd RoleGet', observed, layer: 'proven' }) as const
    return wide.length === 0
      ? pass(
          'every role is limited to some keys',
          evidence(`${roles.length} roles, none covers everything`),
        )
      : fail(`the role ${wide.join(', ')} covers every key`, [
          evidence(`every key: ${wide.join(', ')}`),
        ])
  },
  examples: [
    { name: 'a prefix', given: one([['readwrite', '/app/', '/app0']]), expect: { etcd: 'pass' } },
    { name: 'everything', given: one([['read', '\0', '\0']]), expect: { etcd: 'fail' } },
    {
      name: 'everything, in two pieces',
      given: one([
        ['readwrite', '\0', '/m'],
        ['read', '/m', '\0'],
      ]),
      expect: { etcd: 'fail' },
    },
    {
      name: 'no users',
      given: clusterOf({ auth: known(authOff) }),
      expect: { etcd: 'not-applicable' },
    },
    { name: 'not asked', given: clusterOf({}), expect: { etcd: 'unknown' } },
  ],
})
