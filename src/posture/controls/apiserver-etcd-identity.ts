import { known, missing, valueOf } from '../../core/fact.ts'
import type { Evidence } from '../../core/finding.ts'
import { setting, type Launch } from '../../effective/model.ts'
import { chainsTo } from '../../pki/issued-by.ts'
import type { Certificate } from '../../pki/model.ts'
import { authority, certificateFile, issued } from '../authority-example.ts'
import { defineControl } from '../control.ts'
import { running, unread } from '../example-apiserver.ts'
import { launch, member } from '../example.ts'
import type { CertificateFile } from '../facts/certificates.ts'
import type { Apiserver, Observation } from '../observation.ts'
import { cis } from '../references.ts'
import { said } from '../rules/apiserver-launches.ts'
import {
  certificatesIn,
  described,
  fileOf,
  filesWith,
  inFile,
  leafOf,
  notGathered,
} from '../rules/certificate-files.ts'
import { etcdsOf } from '../rules/etcd-servers.ts'
import { judgeFiles, type Opinion } from '../rules/judge-apiserver-files.ts'
import { apiservers } from '../subjects.ts'
import { certificatesOf, trusted } from '../trusted-authorities.ts'

interface Shown {
  readonly launch: Launch
  readonly apiserver: Apiserver
  readonly file: CertificateFile
  readonly chain: readonly Certificate[]
  readonly leaf: Certificate
  readonly all: Observation
  readonly now: Date
}
type Complaint = readonly [wrong: string, ...more: Evidence[]] | undefined

const ANY_USE = '2.5.29.37.0'

function unusable({ file, leaf, now }: Shown): Complaint {
  const uses = leaf.extendedKeyUsages
  const dates = (what: string): Complaint => [
    what,
    inFile(file, `${leaf.notBefore} to ${leaf.notAfter}`),
  ]
  if (Date.parse(leaf.notAfter) <= now.getTime()) return dates(`${file.path} has expired`)
  if (Date.parse(leaf.notBefore) > now.getTime()) return dates(`${file.path} is not valid yet`)
  if (uses.length > 0 && !uses.includes('clientAuth') && !uses.includes(ANY_USE))
    return [`${file.path} is no certificate for clients`, inFile(file, `use: ${uses.join(', ')}`)]
  return file.key?.known && file.key.value.spkiSha256 !== leaf.spkiSha256
    ? [`${file.key.value.path} is not the key of ${file.path}`]
    : undefined
}

const OTHER_USES = [
  'kubelet-client-certificate',
  'proxy-client-cert-file',
  'tls-cert-file',
] as const

/** The same key elsewhere, by path where the other file is not looked at. */
function usedElsewhere({ all, apiserver, launch: one, leaf }: Shown): Complaint {
  const own = setting(one, 'etcd-certfile')
  const flag = OTHER_USES.find((name) => setting(one, name) === own)
  if (flag !== undefined) return [`its certificate is that of --${flag} too`, said(one, flag)]
  const others = [
    ...all.members.flatMap((etcd) =>
      filesWith(etcd, 'server', 'client', 'peer', 'peer-client').map((file) => ({
        file,
        whose: `member ${etcd.name}`,
      })),
    ),
    ...filesWith(apiserver, 'apiserver-server').map((file) => ({
      file,
      whose: 'its own server side',
    })),
  ]
  const other = others.find(({ file }) => leafOf(file)?.spkiSha256 === leaf.spkiSha256)
  return other && [`its key is that of ${other.whose} too`, inFile(other.file, described(leaf))]
}

function issuedElsewhere({ all, apiserver, launch: one, file, chain, leaf }: Shown): Complaint {
  const cluster = certificatesOf(trusted(apiserver.certificates, 'cluster-ca'))
  const etcds = etcdsOf(one, all).map((etcd) =>
    certificatesOf(
      trusted(
        filesWith(etcd, 'client-ca').filter(({ layer }) => layer === 'running'),
        'client-ca',
      ),
    ),
  )
  const evidence = inFile(file, `issued by ${leaf.issuer}`)
  const ofCluster = chainsTo(chain, cluster)
  if (ofCluster && leaf.organizations.includes('system:masters'))
    return ['it makes its holder administrator of the cluster as well', evidence]
  const strange = etcds.some((cas) => cas.length > 0 && !chainsTo(chain, cas))
  if (ofCluster && (strange || etcds.flat().length === 0))
    return ["the cluster's CA issued it, not etcd's", evidence]
  return strange ? ['no CA that etcd trusts issued it', evidence] : undefined
}

function opinion(apiserver: Apiserver, one: Launch, all: Observation, now: Date): Opinion {
  if (setting(one, 'etcd-certfile') === undefined) return undefined
  const given = said(one, 'etcd-certfile')
  const file = fileOf(apiserver, 'apiserver-client', one)
  const chain = certificatesIn(file)
  if (!chain.known) return { hidden: chain.why, access: chain.access }
  const [leaf] = chain.value
  if (!file || !leaf) return { hidden: 'it holds no certificate' }
  const shown = { launch: one, apiserver, file, chain: chain.value, leaf, all, now }
  const complaint = unusable(shown) ?? usedElsewhere(shown) ?? issuedElsewhere(shown)
  const evidence = [given, inFile(file, described(leaf))] as const
  if (complaint) {
    const [wrong, ...more] = complaint
    return { wrong, evidence: [...evidence, ...more] }
  }
  const key = file.key ?? notGathered
  return key.known ? { fine: evidence } : { hidden: key.why, access: key.access }
}

const etcd = authority('CN=etcd-ca', 'aa')
const kubernetes = authority('CN=kubernetes', 'bb')
const name = 'CN=kube-apiserver-etcd-client'
const client = (by: Certificate, parts: Partial<Certificate> = {}) => issued(name, '01', by, parts)
const PATH = '/pki/apiserver-etcd-client.crt'
const flags = { 'etcd-servers': 'https://10.0.0.1:2379', 'etcd-certfile': PATH }
const fits = known({
  path: '/pki/apiserver-etcd-client.key',
  spkiSha256: '01'.repeat(32),
  type: 'ec',
  bits: 256,
})
const files = (leaf: Certificate, key: CertificateFile['key'] = fits) => ({
  certificates: [
    { ...certificateFile('apiserver-client', PATH, leaf), ...(key && { key }) },
    certificateFile('cluster-ca', '/pki/ca.crt', kubernetes),
  ],
})
const members = [
  member({
    running: known(launch({ 'listen-client-urls': 'https://10.0.0.1:2379' })),
    certificates: [
      certificateFile('client-ca', '/pki/etcd/ca.crt', etcd),
      certificateFile('server', '/pki/etcd/server.crt', issued('CN=m1', '02', etcd)),
    ],
  }),
]

export default defineControl({
  id: 'apiserver-etcd-identity',
  title: 'kube-apiserver has a certificate for etcd alone, from etcd’s CA',
  severity: 'medium',
  area: 'kube-apiserver',
  rationale:
    "A key that is etcd's own, or that speaks to kubelets as well, opens two doors when it is taken from one. A " +
    'certificate of the cluster’s CA shows that etcd lets in whatever that CA issued. Older kubeadm put ' +
    'O=system:masters into this certificate: to etcd it means nothing, so it counts here only where the ' +
    "cluster's CA issued the certificate, for then its holder is administrator of the cluster too.",
  remediation:
    'Issue a client certificate with a key of its own from the CA of etcd (kubeadm: `kubeadm certs renew apiserver-etcd-client`).',
  references: cis('etcd-client-certificate'),
  needs: ['certificates'],
  subjects: apiservers,
  judge: (apiserver, look) =>
    judgeFiles(apiserver, look, (one) => opinion(apiserver, one, look.all, look.now), {
      good: 'its certificate is for etcd alone',
      none: 'it shows no certificate to etcd',
    }),
  examples: [
    {
      name: 'a certificate of its own, of an older kubeadm',
      given: {
        ...running(flags, files(client(etcd, { organizations: ['system:masters'] }))),
        members,
      },
      expect: { 'kube-apiserver': 'pass' },
    },
    {
      name: "the cluster's CA issued it",
      given: { ...running(flags, files(client(kubernetes))), members },
      expect: { 'kube-apiserver': 'fail' },
    },
    {
      name: 'kubelets are spoken to with it as well',
      given: running({ ...flags, 'kubelet-client-certificate': PATH }, files(client(etcd))),
      expect: { 'kube-apiserver': 'fail' },
    },
    {
      name: "it is the member's server certificate",
      given: { ...running(flags, files(issued(name, '02', etcd), undefined)), members },
      expect: { 'kube-apiserver': 'fail' },
    },
    {
      name: 'it has expired',
      given: running(flags, files(client(etcd, { notAfter: '2026-11-01T00:00:00.000Z' }))),
      expect: { 'kube-apiserver': 'fail' },
    },
    {
      name: 'it is for servers only',
      given: running(flags, files(client(etcd, { extendedKeyUsages: ['serverAuth'] }))),
      expect: { 'kube-apiserver': 'fail' },
    },
    {
      name: 'the key is that of another certificate',
      given: running(
        flags,
        files(
          client(etcd),
          known({ ...(valueOf(fits) ?? { path: '', type: '', bits: 0 }), spkiSha256: '99' }),
        ),
      ),
      expect: { 'kube-apiserver': 'fail' },
    },
    {
      name: 'the key may not be read',
      given: running(flags, files(client(etcd), missing('the key may not be read'))),
      expect: { 'kube-apiserver': 'unknown' },
    },
    {
      name: 'no certificate is shown',
      given: running({ ...flags, 'etcd-certfile': '' }),
      expect: { 'kube-apiserver': 'not-applicable' },
    },
    { ...unread },
  ],
})
