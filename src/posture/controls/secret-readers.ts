import { known, valueOf } from '../../core/fact.ts'
import { defineControl, fail, notApplicable, pass } from '../control.ts'
import { authOff, authOn, clusterOf } from '../example-rpc.ts'
import { mayRead, reaches } from '../rules/permissions.ts'
import { wholeCluster } from '../subjects.ts'

const SECRETS = '/registry/secrets/'
const apiserver = { k8s: [['readwrite', '/registry/', '/registry0']] } as const

const given = (users: Readonly<Record<string, readonly string[]>>) =>
  clusterOf({ auth: known(authOn({ root: ['root'], ...users }, apiserver)) })

export default defineControl({
  id: 'secret-readers',
  title: 'One etcd user at most reads the rows of Kubernetes Secrets',
  severity: 'high',
  area: 'access',
  rationale:
    'Whoever reads /registry/secrets/ in etcd goes past the API server: past its RBAC and its audit log. Only the API ' +
    'server has business there; holders of the role root are the matter of root-holders.',
  remediation: 'Revoke the grants that reach /registry/secrets/ from everybody but the API server.',
  references: [{ standard: 'NSA/CISA 1.2', id: 'Kubernetes Secrets' }],
  needs: ['rpc'],
  subjects: wholeCluster,
  judge(all, { need }) {
    const auth = need(all.cluster.auth)
    if (!auth.enabled)
      return notApplicable('authentication is off, so no user is told from another')
    const prefixes = valueOf(all.keyspace)?.prefixes ?? ['/registry']
    if (prefixes.length === 0) return notApplicable('there are no rows of Kubernetes')
    const reading = new Set(
      need(auth.roles)
        .filter((role) =>
          role.permissions.some(
            (grant) =>
              mayRead(grant) &&
              prefixes.some((prefix) => reaches(grant, `${prefix.replace(/\/$/, '')}/secrets/`)),
          ),
        )
        .map((role) => role.name),
    )
    const readers = need(auth.users)
      .filter(
        (user) => !user.roles.includes('root') && user.roles.some((role) => reading.has(role)),
      )
      .map((user) => user.name)
      .toSorted()
    const evidence = {
      source: 'etcd UserGet and RoleGet',
      observed: `may read ${SECRETS}: ${readers.join(', ') || 'nobody but root'}`,
      layer: 'proven',
    } as const
    return readers.length <= 1
      ? pass(evidence.observed, evidence)
      : fail(`${readers.length} users may read the rows of Secrets`, [evidence])
  },
  examples: [
    {
      name: 'the API server alone',
      given: given({ 'kube-apiserver': ['k8s'], metrics: [] }),
      expect: { etcd: 'pass' },
    },
    {
      name: 'a backup user as well',
      given: given({ 'kube-apiserver': ['k8s'], backup: ['k8s'] }),
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
