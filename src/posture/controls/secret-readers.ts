import { known, valueOf } from '../../core/fact.ts'
import { setting } from '../../effective/model.ts'
import { defineControl, fail, notApplicable, pass } from '../control.ts'
import { certificateFile, issued, authority } from '../authority-example.ts'
import { authOff, authOn, clusterOf } from '../example-rpc.ts'
import { apiserver as server, launch } from '../example.ts'
import type { Observation } from '../observation.ts'
import { filesWith, leafOf } from '../rules/certificate-files.ts'
import { type Grant, mayRead, names, reaches } from '../rules/permissions.ts'
import { wholeCluster } from '../subjects.ts'

const SECRETS = '/registry/secrets/'
const apiserver = { k8s: [['readwrite', '/registry/', '/registry0']] } as const

const given = (users: Readonly<Record<string, readonly string[]>>) =>
  clusterOf({ auth: known(authOn({ root: ['root'], ...users }, apiserver)) })

/** Where Secrets lie: as the rows say, as the API servers say; the usual place where a grant names it. */
function prefixesOf(all: Observation, grants: readonly Grant[]): readonly string[] {
  const told = all.apiservers.flatMap(({ running, declared }) =>
    [valueOf(running), valueOf(declared)].flatMap((one) =>
      one ? [setting(one, 'etcd-prefix') ?? '/registry'] : [],
    ),
  )
  const prefixes = [...(valueOf(all.keyspace)?.prefixes ?? ['/registry']), ...told]
  if (prefixes.length === 0 && grants.some((grant) => names(grant, '/registry')))
    return ['/registry/secrets/']
  return prefixes.map((prefix) => `/${prefix}/secrets/`.replaceAll(/\/+/g, '/'))
}

/** The etcd users that the API servers are, as far as their certificates were seen. */
const apiserverUsers = (all: Observation): ReadonlySet<string> =>
  new Set(
    all.apiservers
      .flatMap((one) => filesWith(one, 'apiserver-client'))
      .map((file) => leafOf(file)?.commonName ?? '')
      .filter((name) => name !== ''),
  )

export default defineControl({
  id: 'secret-readers',
  title: 'No etcd user but the API server reads the rows of Kubernetes Secrets',
  severity: 'high',
  area: 'access',
  rationale:
    'Whoever reads /registry/secrets/ in etcd goes past the API server: past its RBAC and its audit log. Only the API ' +
    'server has business there; holders of the role root are the matter of root-holders. Where the certificate of the ' +
    'API server cannot be seen, one user at most may read them.',
  remediation: 'Revoke the grants that reach /registry/secrets/ from everybody but the API server.',
  references: [{ standard: 'NSA/CISA 1.2', id: 'Kubernetes Secrets' }],
  needs: ['rpc', 'certificates'],
  subjects: wholeCluster,
  judge(all, { need }) {
    const auth = need(all.cluster.auth)
    if (!auth.enabled)
      return notApplicable('authentication is off, so no user is told from another')
    const roles = need(auth.roles)
    const prefixes = prefixesOf(
      all,
      roles.flatMap((role) => role.permissions),
    )
    if (prefixes.length === 0) return notApplicable('there are no rows of Kubernetes')
    const reading = new Set(
      roles
        .filter((role) =>
          role.permissions.some(
            (grant) => mayRead(grant) && prefixes.some((prefix) => reaches(grant, prefix)),
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
    const own = apiserverUsers(all)
    const strangers = own.size === 0 ? [] : readers.filter((name) => !own.has(name))
    if (strangers.length > 0)
      return fail(`besides the API server, ${strangers.join(', ')} may read the rows of Secrets`, [
        evidence,
      ])
    return readers.length <= 1 || own.size > 0
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
      name: 'one reader, and the API server is somebody else',
      given: {
        ...given({ backup: ['k8s'] }),
        apiservers: [
          server({
            running: known(launch({}, { program: 'kube-apiserver' })),
            certificates: [
              certificateFile(
                'apiserver-client',
                '/pki/client.crt',
                issued('CN=kube-apiserver', '01', authority('CN=etcd-ca', 'aa'), {
                  commonName: 'kube-apiserver',
                }),
              ),
            ],
          }),
        ],
      },
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
