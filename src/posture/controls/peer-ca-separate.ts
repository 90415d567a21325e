import { known } from '../../core/fact.ts'
import { enabled, setting, type Launch } from '../../effective/model.ts'
import { authority, certificateFile } from '../authority-example.ts'
import { demandsCertificates } from '../cert-required.ts'
import { defineControl } from '../control.ts'
import { launch, member, seen } from '../example.ts'
import type { ListenerProbe } from '../facts/probes.ts'
import {
  flagEvidence,
  isOpen,
  judgeDoors,
  probeEvidence,
  urlsOf,
  withoutControl,
  type Bad,
  type DoorRule,
} from '../judge-doors.ts'
import { door, page, PEER, refused } from '../listener-example.ts'
import type { Member } from '../observation.ts'
import { cis } from '../references.ts'
import { members } from '../subjects.ts'
import { certificatesOf, fileEvidence, filesFor, shared } from '../trusted-authorities.ts'

const restricted = (launch: Launch): boolean =>
  ['peer-cert-allowed-cn', 'peer-cert-allowed-hostname'].some(
    (flag) => setting(launch, flag) !== undefined,
  )

function configured(launch: Launch, member: Member): readonly Bad[] {
  if (!urlsOf(launch, ['peer']).some(({ url }) => url.startsWith('https:'))) return []
  if (restricted(launch)) return []
  const path = setting(launch, 'peer-trusted-ca-file')
  const evidence = flagEvidence(launch, 'peer-trusted-ca-file')
  if (path === undefined)
    return enabled(launch, 'peer-client-cert-auth')
      ? [{ summary: "peers are checked against the operating system's public CAs", evidence }]
      : []
  if (path === setting(launch, 'trusted-ca-file'))
    return [{ summary: `${path} is the CA of clients and of peers`, evidence }]
  const clients = certificatesOf(filesFor(member, 'client-ca', launch, 'trusted-ca-file'))
  return filesFor(member, 'peer-ca', launch, 'peer-trusted-ca-file').flatMap((file) =>
    shared(file.certificates, clients).map((one) => ({
      summary: `${file.path} holds the CA of clients`,
      evidence: fileEvidence(launch, file.path, one),
    })),
  )
}

function seenOpen(probe: ListenerProbe): readonly Bad[] {
  const attempt = probe.tls['client-ca']
  // Where strangers are let in as well, this proves nothing about CAs.
  if (!isOpen(attempt) || isOpen(probe.tls.none) || isOpen(probe.tls['throwaway-ca'])) return []
  return [
    {
      summary: `${probe.url} let in a certificate of the client CA`,
      evidence: probeEvidence(probe, 'tls client-ca', attempt),
    },
  ]
}

function proof(probe: ListenerProbe, member: Member) {
  const lacking = withoutControl(probe)
  if (lacking !== undefined) return lacking
  const attempt = probe.tls['client-ca']
  if (attempt?.outcome === 'refused') return probeEvidence(probe, 'tls client-ca', attempt)
  if (attempt) return `${probe.address} says neither yes nor no: ${attempt.detail}`
  const clients = (member.listeners.known ? member.listeners.value : []).find(
    (one) => one.role === 'client' && one.caPool.known && one.caPool.value !== null,
  )
  const names = clients?.caPool.known ? clients.caPool.value : null
  const pool = probe.caPool.known ? probe.caPool.value : null
  if (!names || !pool)
    return `no certificate of the client CA is at hand to try ${probe.address} with`
  return pool.some((name) => names.includes(name))
    ? `${probe.address} accepts a CA of the same name as the client CA`
    : probeEvidence(probe, 'tls ca-pool', {
        outcome: 'refused',
        detail: 'no CA of the client listener is accepted',
      })
}

/** Without a probe both files have to be seen: one may be a copy of the other. */
function stated(launch: Launch, member: Member) {
  const evidence = flagEvidence(launch, 'peer-trusted-ca-file')
  if (restricted(launch)) return evidence
  const hidden = (['peer-ca', 'client-ca'] as const).find((role) => {
    const flag = role === 'peer-ca' ? 'peer-trusted-ca-file' : 'trusted-ca-file'
    const named = setting(launch, flag) !== undefined
    return named && certificatesOf(filesFor(member, role, launch, flag)).length === 0
  })
  return hidden === undefined ? evidence : `the file of the ${hidden} could not be seen`
}

const rule: DoorRule = {
  roles: ['peer'],
  concerns: (url) => url.startsWith('https:'),
  // Which CAs it trusts plays no part where it asks nobody; that is a finding of its own.
  irrelevant: (probe) => isOpen(probe.tls.none) || isOpen(probe.tls['throwaway-ca']),
  meaningful: (launch) => demandsCertificates(launch, 'peer-'),
  configured,
  seen: seenOpen,
  proof,
  stated,
  good: 'certificates of clients are no use on the peer port',
  none: 'no peer listener checks certificates',
}

const etcd = authority('CN=etcd-ca', 'aa')
const peers = authority('CN=etcd-peer-ca', 'cc')
const flags = {
  'listen-peer-urls': 'https://10.0.0.1:2380',
  'trusted-ca-file': '/pki/ca.crt',
  'peer-trusted-ca-file': '/pki/peer-ca.crt',
}
const certificates = [
  certificateFile('client-ca', '/pki/ca.crt', etcd),
  certificateFile('peer-ca', '/pki/peer-ca.crt', peers),
]

export default defineControl({
  id: 'peer-ca-separate',
  title: 'Client certificates are no use on the peer port',
  severity: 'medium',
  area: 'listeners',
  rationale:
    'The peer port knows no users: with a certificate that it accepts, a client can join in replication and ' +
    'read everything past RBAC. kubeadm shares one etcd CA between clients and peers by design, so there ' +
    'the API server’s client certificate is good for the peer port too; that is why this weighs less than a foreign CA.',
  remediation:
    'Give peers a CA of their own (--peer-trusted-ca-file), or limit them with --peer-cert-allowed-cn or --peer-cert-allowed-hostname.',
  references: cis('etcd-unique-ca'),
  needs: ['probes', 'certificates'],
  subjects: members,
  judge: (member, look) => judgeDoors(rule, member, look),
  examples: [
    {
      name: 'a certificate of the client CA is refused',
      given: seen({
        members: [
          member({
            running: known(launch(flags)),
            certificates,
            listeners: known([
              door({ ...PEER, tls: { none: refused, 'client-ca': refused, good: page } }),
            ]),
          }),
        ],
      }),
      expect: { m1: 'pass' },
    },
    {
      name: 'one CA for both, but only one common name is let in',
      given: seen({
        members: [
          member({
            running: known(
              launch({
                ...flags,
                'peer-trusted-ca-file': '/pki/ca.crt',
                'peer-cert-allowed-cn': 'p',
              }),
            ),
            listeners: known([
              door({ ...PEER, tls: { none: refused, 'client-ca': refused, good: page } }),
            ]),
          }),
        ],
      }),
      expect: { m1: 'pass' },
    },
    {
      name: 'a certificate of the client CA is let in',
      given: seen({
        members: [
          member({
            listeners: known([
              door({ ...PEER, tls: { none: refused, 'client-ca': page, good: page } }),
            ]),
          }),
        ],
      }),
      expect: { m1: 'fail' },
    },
    {
      name: 'another path, the same CA',
      given: seen({
        members: [
          member({
            running: known(launch(flags)),
            certificates: [
              certificateFile('client-ca', '/pki/ca.crt', etcd),
              certificateFile('peer-ca', '/pki/peer-ca.crt', etcd),
            ],
          }),
        ],
      }),
      expect: { m1: 'fail' },
    },
    {
      name: 'without a probe: two CAs',
      given: seen({
        probed: false,
        members: [member({ running: known(launch(flags)), certificates })],
      }),
      expect: { m1: 'pass' },
    },
    {
      name: 'without a probe: no file was looked at',
      given: seen({ probed: false, members: [member({ running: known(launch(flags)) })] }),
      expect: { m1: 'unknown' },
    },
    {
      name: 'no certificate of a peer is at hand',
      given: seen({
        members: [
          member({
            running: known(launch(flags)),
            listeners: known([door({ ...PEER, tls: { none: refused } })]),
          }),
        ],
      }),
      expect: { m1: 'unknown' },
    },
  ],
})
