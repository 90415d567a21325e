import { known } from '../../core/fact.ts'
import type { Certificate } from '../../pki/model.ts'
import {
  defineControl,
  fail,
  type Judgement,
  type Look,
  notApplicable,
  pass,
  unknown,
} from '../control.ts'
import { authOff, authOn, clusterOf } from '../example-rpc.ts'
import { apiserver } from '../example.ts'
import type { CertificateFile } from '../facts/certificates.ts'
import type { AuthFacts } from '../facts/rpc.ts'
import type { Observation } from '../observation.ts'
import { inFile } from '../rules/certificate-files.ts'
import { apiservers } from '../subjects.ts'

const named = (commonName: string): Certificate => ({
  subject: `CN=${commonName}`,
  commonName,
  organizations: [],
  issuer: 'CN=etcd-ca',
  subjectDer: '',
  issuerDer: '',
  serial: '01',
  dnsNames: [],
  ipAddresses: [],
  isCa: false,
  keyUsages: [],
  extendedKeyUsages: ['clientAuth'],
  notBefore: '2026-01-01T00:00:00.000Z',
  notAfter: '2027-01-01T00:00:00.000Z',
  signatureAlgorithm: 'ECDSA-SHA256',
  publicKey: { type: 'ec', bits: 256 },
  spkiSha256: '00',
  fingerprint: '00',
  pem: '',
})
const given = (auth: AuthFacts, ...commonNames: readonly string[]): Observation => ({
  ...clusterOf({ auth: known(auth) }),
  apiservers: [
    apiserver({
      certificates: commonNames.map((commonName) => ({
        role: 'apiserver-client',
        flag: 'etcd-certfile',
        path: '/etc/kubernetes/pki/apiserver-etcd-client.crt',
        certificates: known([named(commonName)]),
      })),
    }),
  ],
})

function judgeFile(file: CertificateFile, auth: AuthFacts, need: Look['need']): Judgement {
  const [leaf] = need(file.certificates)
  if (!leaf) return unknown(`${file.path} holds no certificate`, 'a readable certificate file')
  const evidence = inFile(
    file,
    `common name ${leaf.commonName === '' ? 'is empty' : leaf.commonName}`,
  )
  const user = need(auth.users).find(({ name }) => name === leaf.commonName)
  if (!user) return fail('its common name is no etcd user', [evidence])
  const roles = {
    source: 'etcd UserGet',
    observed: `${user.name}: ${user.roles.join(', ')}`,
    layer: 'proven',
  } as const
  return user.roles.includes('root')
    ? fail(`its user ${user.name} holds the role root`, [evidence, roles])
    : pass(`it is the etcd user ${user.name}`, evidence, roles)
}

export default defineControl({
  id: 'cert-user-match',
  title: "The API server's etcd certificate names an etcd user of its own",
  severity: 'medium',
  area: 'access',
  rationale:
    'With authentication on, etcd takes the common name of the client certificate as the user. A name that is no user is ' +
    'denied every key; a name that holds the role root has more than the API server needs, and whoever gets the key file has it too.',
  remediation:
    'Create a user by the common name (`etcdctl user add NAME --no-password`) and grant it a role for the prefix /registry/ alone.',
  references: [],
  needs: ['rpc', 'certificates'],
  subjects: apiservers,
  judge(one, { all, need }) {
    const auth = need(all.cluster.auth)
    if (!auth.enabled)
      return notApplicable('authentication is off: names of certificates mean nothing to etcd')
    // The process may show another certificate than its manifest would: each has to be a user.
    const files = one.certificates.filter(({ role }) => role === 'apiserver-client')
    // Readable ones first, so that a hidden file hides no failure.
    const seen = files.toSorted((a, b) => +b.certificates.known - +a.certificates.known)
    let judgement: Judgement | undefined
    for (const file of seen) {
      const next = judgeFile(file, auth, need)
      if (next.verdict === 'fail') return next
      judgement = judgement?.verdict === 'unknown' ? judgement : next
    }
    return (
      judgement ??
      unknown("the API server's etcd client certificate was not found", 'run on its host')
    )
  },
  examples: [
    {
      name: 'a user of its own',
      given: given(authOn({ root: ['root'], 'kube-apiserver': ['k8s'] }), 'kube-apiserver'),
      expect: { 'kube-apiserver': 'pass' },
    },
    {
      name: 'no such user',
      given: given(authOn(), 'kube-apiserver-etcd-client'),
      expect: { 'kube-apiserver': 'fail' },
    },
    {
      name: 'its process shows a user, its manifest root',
      given: given(authOn({ root: ['root'], 'kube-apiserver': ['k8s'] }), 'kube-apiserver', 'root'),
      expect: { 'kube-apiserver': 'fail' },
    },
    { name: 'root itself', given: given(authOn(), 'root'), expect: { 'kube-apiserver': 'fail' } },
    {
      name: 'authentication is off',
      given: given(authOff, 'x'),
      expect: { 'kube-apiserver': 'not-applicable' },
    },
    {
      name: 'no certificate found',
      given: given(authOn()),
      expect: { 'kube-apiserver': 'unknown' },
    },
  ],
})
