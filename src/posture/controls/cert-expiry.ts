import { known, missing } from '../../core/fact.ts'
import type { Certificate } from '../../pki/model.ts'
import { day, endsSoon, invalidity } from '../../pki/rules/dates.ts'
import { authority, certificateFile } from '../authority-example.ts'
import { defineControl } from '../control.ts'
import { apiserver, launch, member, seen } from '../example.ts'
import type { CertificateFile } from '../facts/certificates.ts'
import { holders, judgeNamed, type Named } from '../judge-named.ts'
import { door } from '../listener-example.ts'

const newest = (some: readonly Certificate[]): readonly Certificate[] =>
  some.toSorted((a, b) => Date.parse(b.notAfter) - Date.parse(a.notAfter)).slice(0, 1)

/** Of a bundle, the CAs that certificates in use come from: an old one that was left in it harms nobody. */
function inUse(bundle: readonly Certificate[], all: readonly Named[]): readonly Certificate[] {
  const leaves = all.filter((group) => !group.bundle).flatMap((group) => group.certificates)
  const issuers = [...new Set(leaves.map((leaf) => leaf.issuerDer))]
  const used = issuers.flatMap((name) => newest(bundle.filter((ca) => ca.subjectDer === name)))
  return used.length > 0 ? used : newest(bundle)
}

/** The leaf and what it leads to; whatever else lies in the file is passed over. */
function chained(file: readonly Certificate[]): readonly Certificate[] {
  const path = file.slice(0, 1)
  for (const one of file.slice(1)) if (path.at(-1)?.issuerDer === one.subjectDer) path.push(one)
  return path
}

const flaw = (one: Certificate, now: Date): string | undefined =>
  invalidity(one, now) ?? (endsSoon(one, now) ? `ends on ${day(one.notAfter)}` : undefined)

const lasting = (from: string, to: string, name = 'm1'): Certificate => ({
  ...authority(`CN=${name}`, 'cc'),
  isCa: false,
  issuerDer: authority('CN=etcd-ca', 'aa').subjectDer,
  notBefore: `${from}T00:00:00.000Z`,
  notAfter: `${to}T00:00:00.000Z`,
})
const withFiles = (...certificates: readonly CertificateFile[]) =>
  seen({ members: [member({ running: known(launch({})), certificates })] })
const leafFile = (leaf: Certificate) => certificateFile('server', '/pki/server.crt', leaf)
const CA = authority('CN=etcd-ca', 'aa')
const OLD_CA = { ...authority('CN=old-ca', 'ee'), notAfter: '2026-02-01T00:00:00.000Z' }
const YEAR = lasting('2026-06-01', '2027-06-01')

export default defineControl({
  id: 'cert-expiry',
  title: 'No certificate has ended or ends within a month',
  severity: 'high',
  area: 'certificates',
  rationale:
    'When a certificate of etcd ends, every new connection fails while open ones live on: the cluster stops at ' +
    'the next restart, often all members on the same day. A CA that ends takes every certificate under it along, ' +
    'and replacing it needs restarts. Judged are all certificates that processes and manifests name and listeners ' +
    'show: valid now, and 30 days left. Those that live for one to three months need a third of their life left, ' +
    'those renewed several times a day a fifth.',
  remediation:
    'Renew the certificate from its CA; etcd reads certificates and keys at each handshake, CAs only at start.',
  references: [{ standard: 'NSA/CISA 1.2', id: 'etcd: certificates' }],
  needs: ['certificates', 'probes'],
  subjects: holders,
  judge: (holder, { now }) =>
    judgeNamed(
      {
        concerns: (group, all) =>
          group.bundle ? inUse(group.certificates, all) : chained(group.certificates),
        flaw: (one) => flaw(one, now),
        good: 'every certificate is valid and will be for a month',
      },
      holder,
    ),
  examples: [
    {
      name: 'half a year is left, and its CA has ten',
      given: withFiles(leafFile(YEAR), certificateFile('client-ca', '/pki/ca.crt', CA)),
      expect: { m1: 'pass' },
    },
    {
      name: 'it has ended',
      given: withFiles(leafFile(lasting('2025-06-01', '2026-06-01'))),
      expect: { m1: 'fail' },
    },
    {
      name: 'it has not begun',
      given: withFiles(leafFile(lasting('2027-01-01', '2028-01-01'))),
      expect: { m1: 'fail' },
    },
    {
      name: 'ten days are left',
      given: withFiles(leafFile(lasting('2025-12-01', '2026-12-01'))),
      expect: { m1: 'fail' },
    },
    {
      name: 'a machine renews it: more than a third of sixty days is left',
      given: withFiles(leafFile(lasting('2026-10-16', '2026-12-15'))),
      expect: { m1: 'pass' },
    },
    {
      name: 'a CA that nobody uses any more has ended',
      given: withFiles(leafFile(YEAR), certificateFile('client-ca', '/pki/ca.crt', OLD_CA, CA)),
      expect: { m1: 'pass' },
    },
    {
      name: 'the only CA of the bundle has ended',
      given: withFiles(leafFile(YEAR), certificateFile('client-ca', '/pki/ca.crt', OLD_CA)),
      expect: { m1: 'fail' },
    },
    {
      name: 'a remote member shows one that has ended',
      given: seen({
        members: [
          member({
            listeners: known([door({ served: known([lasting('2025-06-01', '2026-06-01')]) })]),
          }),
        ],
      }),
      expect: { m1: 'fail' },
    },
    {
      name: 'of an API server, a client certificate has ended; of another, one cannot be read',
      given: seen({
        apiservers: [
          apiserver({
            certificates: [
              certificateFile(
                'apiserver-client',
                '/pki/c.crt',
                lasting('2025-01-01', '2026-01-01'),
              ),
            ],
          }),
          apiserver({
            name: 'other',
            certificates: [
              {
                role: 'apiserver-client',
                flag: 'etcd-certfile',
                path: '/pki/c.crt',
                certificates: missing('/pki/c.crt: permission denied', 'run as root'),
              },
            ],
          }),
        ],
      }),
      expect: { 'kube-apiserver': 'fail', other: 'unknown' },
    },
  ],
})
