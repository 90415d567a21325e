import { known, missing } from '../../core/fact.ts'
import type { Certificate } from '../../pki/model.ts'
import { lifetimeDays } from '../../pki/rules/dates.ts'
import { authority, certificateFile } from '../authority-example.ts'
import { defineControl } from '../control.ts'
import { launch, member, seen } from '../example.ts'
import { holders, judgeNamed } from '../judge-named.ts'

/** A year and a month to renew it in: what browsers took for the longest; kubeadm's live for 365 days. */
const LEAF_DAYS = 398
/** Ten years and a month; kubeadm's CAs live for 3650 days. */
const CA_DAYS = 3684

function flaw(one: Certificate): string | undefined {
  const days = Math.round(lifetimeDays(one))
  return days > (one.isCa ? CA_DAYS : LEAF_DAYS) ? `lives for ${days} days` : undefined
}

const ca = (notAfter: string) => ({
  ...authority('CN=etcd-ca', 'aa'),
  notAfter: `${notAfter}T00:00:00.000Z`,
})
const leaf = (notAfter: string) => ({ ...ca(notAfter), isCa: false })
const withFile = (one: Certificate) =>
  seen({
    members: [
      member({
        running: known(launch({})),
        certificates: [certificateFile(one.isCa ? 'client-ca' : 'server', '/pki/one.crt', one)],
      }),
    ],
  })

export default defineControl({
  id: 'cert-lifetime',
  title: 'Certificates live for a year at most, CAs for ten',
  severity: 'low',
  area: 'certificates',
  rationale:
    'Whoever copies a key is a member or client until its certificate ends; etcd asks no revocation service, and ' +
    'most clusters have no revocation list. Certificates for twenty years are also ones that nobody has ever ' +
    'practised to renew. Allowed are 398 days, for a CA ten years and a month.',
  remediation: 'Issue certificates for a year or less, and renew them by a machine.',
  references: [{ standard: 'NIST SP 800-57 part 1', id: '5.3.6' }],
  needs: ['certificates', 'probes'],
  subjects: holders,
  judge: (holder) =>
    judgeNamed(
      {
        concerns: (group) => group.certificates,
        flaw,
        good: 'no certificate lives for longer than a year, no CA for longer than ten',
      },
      holder,
    ),
  examples: [
    { name: 'a year', given: withFile(leaf('2027-01-01')), expect: { m1: 'pass' } },
    { name: 'two years', given: withFile(leaf('2028-01-01')), expect: { m1: 'fail' } },
    { name: 'a CA for ten years', given: withFile(ca('2036-01-01')), expect: { m1: 'pass' } },
    { name: 'a CA for a hundred years', given: withFile(ca('2126-01-01')), expect: { m1: 'fail' } },
    {
      name: 'the file cannot be read',
      given: seen({
        members: [
          member({
            running: known(launch({ 'cert-file': '/pki/server.crt' })),
            certificates: [
              {
                role: 'server',
                flag: 'cert-file',
                path: '/pki/server.crt',
                certificates: missing('/pki/server.crt: permission denied', 'run as root'),
              },
            ],
          }),
        ],
      }),
      expect: { m1: 'unknown' },
    },
    {
      name: 'etcd without TLS',
      given: seen({ members: [member({ running: known(launch({})) })] }),
      expect: { m1: 'not-applicable' },
    },
  ],
})
