import { known } from '../../core/fact.ts'
import { enabled, setting, type Launch } from '../../effective/model.ts'
import { defineControl } from '../control.ts'
import { certificateFile, authority } from '../authority-example.ts'
import { apiserver, launch, member, seen } from '../example.ts'
import type { Certificate } from '../../pki/model.ts'
import type { ListenerProbe } from '../facts/probes.ts'
import {
  CLIENT_ROLES,
  flagEvidence,
  isOpen,
  judgeDoors,
  probeEvidence,
  urlsOf,
  withoutControl,
  type Bad,
  type DoorRule,
} from '../judge-doors.ts'
import { answered, door, refused } from '../listener-example.ts'
import type { Member, Observation } from '../observation.ts'
import { cis } from '../references.ts'
import { members } from '../subjects.ts'
import {
  certificatesOf,
  clusterAuthorities,
  clusterAuthorityPaths,
  fileEvidence,
  filesFor,
  shared,
  trusted,
} from '../trusted-authorities.ts'

/** More certificates than any cluster's own bundle: an operating system's roots. */
const PUBLIC_ROOTS = 20

function configured(launch: Launch, member: Member, all: Observation): readonly Bad[] {
  if (!urlsOf(launch, CLIENT_ROLES).some(({ url }) => url.startsWith('https:'))) return []
  const path = setting(launch, 'trusted-ca-file')
  if (path === undefined)
    return enabled(launch, 'client-cert-auth')
      ? [
          {
            summary: 'client certificates are checked against the operating system’s public CAs',
            evidence: flagEvidence(launch, 'trusted-ca-file'),
          },
        ]
      : []
  const files = filesFor(member, 'client-ca', launch, 'trusted-ca-file')
  const inBundle = files.flatMap((file) =>
    shared(file.certificates, clusterAuthorities(all)).map((one) => ({
      summary: `${file.path} holds the CA of Kubernetes' own clients`,
      evidence: fileEvidence(launch, file.path, one),
    })),
  )
  if (inBundle.length > 0) return inBundle
  if (certificatesOf(files).length >= PUBLIC_ROOTS)
    return [
      {
        summary: `${path} is a bundle of public CAs`,
        evidence: flagEvidence(launch, 'trusted-ca-file'),
      },
    ]
  return clusterAuthorityPaths(all).includes(path)
    ? [
        {
          summary: "--trusted-ca-file is the CA of Kubernetes' own clients",
          evidence: flagEvidence(launch, 'trusted-ca-file'),
        },
      ]
    : []
}

const sameKey = (one: Certificate, other: Certificate) => one.spkiSha256 === other.spkiSha256

/** A name in the listener's memory that is the cluster CA's and no other trusted CA's. */
function poolSeen(probe: ListenerProbe, member: Member, all: Observation): readonly Bad[] {
  const pool = probe.caPool.known ? (probe.caPool.value ?? []) : []
  const cluster = [...clusterAuthorities(all), ...(probe.authorities?.cluster ?? [])]
  const own = [
    ...certificatesOf(trusted(member.certificates, 'client-ca')),
    ...(probe.authorities?.trusted ?? []),
  ]
  return cluster
    .filter((one) => pool.includes(one.subjectDer))
    .filter((one) =>
      own.every((other) => other.subjectDer !== one.subjectDer || sameKey(other, one)),
    )
    .slice(0, 1)
    .map((one) => ({
      summary: `${probe.url} asks for certificates of ${one.subject}, the CA of Kubernetes' own clients`,
      evidence: probeEvidence(probe, 'tls ca-pool', { outcome: 'answered', detail: one.subject }),
    }))
}

function seenOpen(probe: ListenerProbe): readonly Bad[] {
  const attempt = probe.tls['cluster-ca']
  // Where strangers are let in as well, this proves nothing about CAs.
  if (!isOpen(attempt) || isOpen(probe.tls.none) || isOpen(probe.tls['throwaway-ca'])) return []
  return [
    {
      summary: `${probe.url} let in a certificate of the Kubernetes CA`,
      evidence: probeEvidence(probe, 'tls cluster-ca', attempt),
    },
  ]
}

/** Which CAs it trusts plays no part then; that it asks nobody is a finding of its own. */
const checksNobody = (probe: ListenerProbe) =>
  isOpen(probe.tls.none) || isOpen(probe.tls['throwaway-ca'])

function proof(probe: ListenerProbe, member: Member, all: Observation) {
  const lacking = withoutControl(probe)
  if (lacking !== undefined) return lacking
  const attempt = probe.tls['cluster-ca']
  if (attempt?.outcome === 'refused') return probeEvidence(probe, 'tls cluster-ca', attempt)
  if (attempt) return `${probe.address} says neither yes nor no: ${attempt.detail}`
  const pool = probe.caPool.known ? probe.caPool.value : null
  if (pool === null) return `the CAs that ${probe.address} accepts do not show`
  const foreign =
    clusterAuthorities(all).length > 0 || (probe.authorities?.cluster ?? []).length > 0
  const files = [
    ...certificatesOf(trusted(member.certificates, 'client-ca')),
    ...(probe.authorities?.trusted ?? []),
  ]
  const names = new Set(files.map((one) => one.subjectDer))
  const extra = pool.filter((name) => !names.has(name))
  if (!foreign && new Set(pool).size > 1)
    return `${probe.address} accepts ${pool.length} CAs, and whose they are cannot be told`
  // kubeadm names the cluster's CA so: without that CA at hand, this one may be it.
  if (!foreign && files.some((one) => one.commonName === 'kubernetes'))
    return `${probe.address} accepts a CA called kubernetes, and the cluster's own CA is not at hand to compare`
  if (foreign && extra.length > 0) return `${probe.address} accepts CAs that no file at hand has`
  return probeEvidence(probe, 'tls ca-pool', {
    outcome: 'refused',
    detail: "only etcd's own CA is accepted",
  })
}

/** Without a probe the files have to be seen: an unread file says nothing of whose CA it is. */
function stated(launch: Launch, member: Member, all: Observation) {
  const path = setting(launch, 'trusted-ca-file')
  if (path === undefined) return 'no client certificate is checked at all'
  const own = certificatesOf(filesFor(member, 'client-ca', launch, 'trusted-ca-file'))
  if (own.length === 0) return `whose CA lies in ${path} could not be seen`
  const cluster = clusterAuthorities(all)
  if (cluster.length === 0 && all.apiservers.length > 0)
    return "the CA of Kubernetes' own clients could not be seen"
  if (cluster.length === 0 && own.length > 1)
    return `${path} holds ${own.length} CAs, and whose they are cannot be told`
  return flagEvidence(launch, 'trusted-ca-file')
}

const rule: DoorRule = {
  roles: CLIENT_ROLES,
  concerns: (url) => url.startsWith('https:'),
  irrelevant: (probe) => checksNobody(probe),
  configured: (launch, member, look) => configured(launch, member, look.all),
  seen: (probe, member, look) => [...seenOpen(probe), ...poolSeen(probe, member, look.all)],
  proof: (probe, member, look) => proof(probe, member, look.all),
  stated: (launch, member, look) => stated(launch, member, look.all),
  meaningful: (launch) =>
    enabled(launch, 'client-cert-auth') || setting(launch, 'trusted-ca-file') !== undefined,
  good: 'only certificates of a CA for etcd are accepted',
  none: 'no client listener checks certificates',
}

const etcd = authority('CN=etcd-ca', 'aa')
const kubernetes = authority('CN=kubernetes', 'bb')
const apis = [
  apiserver({ certificates: [certificateFile('cluster-ca', '/pki/ca.crt', kubernetes)] }),
]
const running = known(
  launch({
    'listen-client-urls': 'https://10.0.0.1:2379',
    'trusted-ca-file': '/pki/etcd/ca.crt',
    'client-cert-auth': 'true',
  }),
)

export default defineControl({
  id: 'client-ca-exclusive',
  title: 'etcd trusts a CA of its own for clients',
  severity: 'high',
  area: 'listeners',
  rationale:
    'A certificate is all that etcd asks of a client. If it trusts the CA of the cluster, every kubelet, ' +
    'controller and developer with a certificate reads every Secret. Copies under another path, bundles ' +
    "and the operating system's public CAs do the same; so CAs are compared by key, not by path.",
  remediation:
    'Create a CA for etcd alone, issue the certificates of members and API servers from it, then set --trusted-ca-file to it.',
  references: [...cis('etcd-unique-ca'), { standard: 'NSA/CISA 1.2', id: 'etcd: separate CA' }],
  needs: ['probes', 'certificates'],
  subjects: members,
  judge: (member, look) => judgeDoors(rule, member, look),
  examples: [
    {
      name: 'no client certificate is checked, without probes',
      given: seen({
        members: [
          member({ running: known(launch({ 'listen-client-urls': 'https://10.0.0.1:2379' })) }),
        ],
        probed: false,
      }),
      expect: { m1: 'not-applicable' },
    },
    {
      name: 'a certificate of the cluster CA is refused',
      given: seen({
        apiservers: apis,
        members: [
          member({
            running,
            certificates: [certificateFile('client-ca', '/pki/etcd/ca.crt', etcd)],
            listeners: known([
              door({ tls: { none: refused, 'cluster-ca': refused, good: answered } }),
            ]),
          }),
        ],
      }),
      expect: { m1: 'pass' },
    },
    {
      name: 'a certificate of the cluster CA is let in',
      given: seen({
        members: [
          member({
            listeners: known([
              door({ tls: { none: refused, 'cluster-ca': answered, good: answered } }),
            ]),
          }),
        ],
      }),
      expect: { m1: 'fail' },
    },
    {
      name: 'the bundle holds the cluster CA under another path',
      given: seen({
        apiservers: apis,
        members: [
          member({
            running,
            certificates: [certificateFile('client-ca', '/pki/etcd/ca.crt', etcd, kubernetes)],
          }),
        ],
      }),
      expect: { m1: 'fail' },
    },
    {
      name: "certificates are checked against the operating system's roots",
      given: seen({
        members: [
          member({
            running: known(
              launch({ 'listen-client-urls': 'https://10.0.0.1:2379', 'client-cert-auth': 'true' }),
            ),
          }),
        ],
      }),
      expect: { m1: 'fail' },
    },
    {
      name: 'without a probe: a CA of its own in the file',
      given: seen({
        probed: false,
        apiservers: apis,
        members: [
          member({
            running,
            certificates: [certificateFile('client-ca', '/pki/etcd/ca.crt', etcd)],
          }),
        ],
      }),
      expect: { m1: 'pass' },
    },
    {
      name: 'without a probe: no file was looked at',
      given: seen({ probed: false, apiservers: apis, members: [member({ running })] }),
      expect: { m1: 'unknown' },
    },
    {
      name: 'the control was refused as well',
      given: seen({
        members: [
          member({ running, listeners: known([door({ tls: { none: refused, good: refused } })]) }),
        ],
      }),
      expect: { m1: 'unknown' },
    },
  ],
})
