import { known, missing, valueOf } from '../../core/fact.ts'
import { setting, type Launch } from '../../effective/model.ts'
import { chainsTo } from '../../pki/issued-by.ts'
import type { Certificate } from '../../pki/model.ts'
import { authority, certificateFile, issued } from '../authority-example.ts'
import { defineControl } from '../control.ts'
import { running, unread } from '../example-apiserver.ts'
import { launch, member } from '../example.ts'
import { probeEvidence } from '../judge-doors.ts'
import { door } from '../listener-example.ts'
import type { Apiserver, Member, Observation } from '../observation.ts'
import { cis } from '../references.ts'
import { said } from '../rules/apiserver-launches.ts'
import {
  certificatesIn,
  described,
  fileOf,
  filesWith,
  inFile,
  leafOf,
} from '../rules/certificate-files.ts'
import { etcdsOf } from '../rules/etcd-servers.ts'
import { judgeFiles, type Opinion } from '../rules/judge-apiserver-files.ts'
import { apiservers } from '../subjects.ts'
import { fileEvidence, shared } from '../trusted-authorities.ts'

/** What the member serves to clients: as its listeners show it, else as its process has it on disk. */
function servedBy(one: Member) {
  for (const probe of valueOf(one.listeners) ?? []) {
    const chain = probe.role === 'client' ? valueOf(probe.served) : undefined
    const [leaf] = chain ?? []
    if (chain && leaf)
      return {
        chain,
        evidence: probeEvidence(probe, 'tls chain', {
          outcome: 'answered',
          detail: `issued by ${leaf.issuer}`,
        }),
      }
  }
  const file = filesWith(one, 'server').find(({ layer }) => layer === 'running')
  const leaf = leafOf(file)
  return file && leaf
    ? {
        chain: valueOf(certificatesIn(file)) ?? [],
        evidence: inFile(file, `${described(leaf)}, issued by ${leaf.issuer}`),
      }
    : undefined
}

/** The first member whose certificate the API server would turn away. */
function stranger(one: Launch, all: Observation, trusted: readonly Certificate[]) {
  return etcdsOf(one, all)
    .map((etcd) => ({ name: etcd.name, served: servedBy(etcd) }))
    .find(({ served }) => served && !chainsTo(served.chain, trusted))
}

function opinion(apiserver: Apiserver, one: Launch, all: Observation): Opinion {
  const given = said(one, 'etcd-cafile')
  const path = setting(one, 'etcd-cafile')
  if (path === undefined)
    return {
      wrong: "--etcd-cafile is empty: any certificate of the operating system's public CAs is etcd",
      evidence: [given],
    }
  if (path === setting(one, 'client-ca-file'))
    return {
      wrong: '--etcd-cafile is the CA of the cluster, whose certificates many hold',
      evidence: [given, said(one, 'client-ca-file')],
    }
  const trusted = certificatesIn(fileOf(apiserver, 'apiserver-etcd-ca', one))
  if (!trusted.known) return { hidden: trusted.why, access: trusted.access }
  const named = setting(one, 'client-ca-file') !== undefined
  const cluster = named ? certificatesIn(fileOf(apiserver, 'cluster-ca', one)) : known([])
  const [foreign] = shared(trusted.value, valueOf(cluster) ?? [])
  if (foreign)
    return {
      wrong: `${path} holds the CA of the cluster, whose certificates many hold`,
      evidence: [given, fileEvidence(one, path, foreign)],
    }
  const unknownTo = stranger(one, all, trusted.value)
  if (unknownTo?.served)
    return {
      wrong: `no CA in ${path} issued the certificate of ${unknownTo.name}`,
      evidence: [given, unknownTo.served.evidence],
    }
  if (!cluster.known) return { hidden: cluster.why, access: cluster.access }
  const [first, ...rest] = trusted.value
  return first
    ? { fine: [given, ...[first, ...rest].map((ca) => fileEvidence(one, path, ca))] }
    : { hidden: `${path} holds no certificate` }
}

const etcd = authority('CN=etcd-ca', 'aa')
const kubernetes = authority('CN=kubernetes', 'bb')
const flags = {
  'etcd-servers': 'https://10.0.0.1:2379',
  'etcd-cafile': '/pki/etcd/ca.crt',
  'client-ca-file': '/pki/ca.crt',
}
const files = (...trusted: readonly Certificate[]) => ({
  certificates: [
    certificateFile('apiserver-etcd-ca', '/pki/etcd/ca.crt', ...trusted),
    certificateFile('cluster-ca', '/pki/ca.crt', kubernetes),
  ],
})
const served = (by: Certificate) => [
  member({
    running: known(launch({ 'listen-client-urls': 'https://10.0.0.1:2379' })),
    listeners: known([door({ served: known([issued('CN=m1', '01', by)]) })]),
  }),
]

export default defineControl({
  id: 'apiserver-etcd-ca',
  title: 'kube-apiserver takes only certificates of etcd’s own CA for etcd',
  severity: 'high',
  area: 'kube-apiserver',
  rationale:
    'The API server hands every Secret to whatever passes for etcd and believes what it answers. Without ' +
    "--etcd-cafile any certificate of the operating system's public CAs passes; with the CA of the cluster, those " +
    'that kubelets and controllers hold do. A CA that did not issue the certificates of the members ends the ' +
    'connection at the next restart.',
  remediation:
    'Set --etcd-cafile to the certificate of the CA that etcd serves from, and of no other CA.',
  references: [...cis('etcd-ca'), { standard: 'DISA STIG', id: 'V-242429' }],
  needs: ['certificates'],
  subjects: apiservers,
  judge: (apiserver, look) =>
    judgeFiles(apiserver, look, (one) => opinion(apiserver, one, look.all), {
      good: 'only the CA of etcd is trusted for etcd',
      none: 'it talks to no etcd',
    }),
  examples: [
    {
      name: 'the CA that issued the certificate of the member',
      given: { ...running(flags, files(etcd)), members: served(etcd) },
      expect: { 'kube-apiserver': 'pass' },
    },
    {
      name: 'no CA file',
      given: running({ ...flags, 'etcd-cafile': '' }, files(etcd)),
      expect: { 'kube-apiserver': 'fail' },
    },
    {
      name: 'the bundle holds the CA of the cluster',
      given: running(flags, files(etcd, kubernetes)),
      expect: { 'kube-apiserver': 'fail' },
    },
    {
      name: 'another CA issued the certificate of the member',
      given: { ...running(flags, files(etcd)), members: served(authority('CN=other', 'cc')) },
      expect: { 'kube-apiserver': 'fail' },
    },
    {
      name: 'another etcd than the one it talks to',
      given: {
        ...running({ ...flags, 'etcd-servers': 'https://10.0.0.9:2379' }, files(etcd)),
        members: served(authority('CN=other', 'cc')),
      },
      expect: { 'kube-apiserver': 'pass' },
    },
    {
      name: 'the file may not be read',
      given: running(flags, {
        certificates: [
          {
            ...certificateFile('apiserver-etcd-ca', '/pki/etcd/ca.crt'),
            certificates: missing('/pki/etcd/ca.crt may not be read'),
          },
        ],
      }),
      expect: { 'kube-apiserver': 'unknown' },
    },
    { ...unread },
  ],
})
