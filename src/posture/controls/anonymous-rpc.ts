import { known } from '../../core/fact.ts'
import type { Evidence } from '../../core/finding.ts'
import { defineControl, fail, notApplicable, pass, unknown } from '../control.ts'
import { answers, authOff, authOn, clusterOf } from '../example-rpc.ts'
import { member } from '../example.ts'
import type { AnonymousMatrix } from '../facts/rpc.ts'
import { members } from '../subjects.ts'

/** By design any certificate of the client CA may make these, even one that is no user. */
const OPEN_TO_CERTIFICATES = new Set(['MemberList', 'Status', 'AlarmGet', 'LeaseLeases'])

const open = ({ presented, calls }: AnonymousMatrix): readonly string[] =>
  Object.entries(calls)
    .filter(([, { outcome }]) => outcome === 'answered')
    .map(([name]) => name)
    .filter((name) => presented === 'nothing' || !OPEN_TO_CERTIFICATES.has(name))

const evidence = ({ presented, calls }: AnonymousMatrix): Evidence => ({
  source: `calls without a token, with ${presented === 'nothing' ? 'no certificate' : 'a client certificate'}`,
  observed: Object.entries(calls)
    .map(([name, { outcome }]) => `${name} ${outcome}`)
    .join(', '),
  layer: 'proven',
})

const given = (matrix: AnonymousMatrix, auth = authOn()) =>
  clusterOf({ auth: known(auth) }, [member({ anonymous: known(matrix) })])

export default defineControl({
  id: 'anonymous-rpc',
  title: 'No call is answered to a caller without a credential',
  severity: 'high',
  area: 'access',
  rationale:
    'With authentication on, etcd before 3.4.42, 3.5.28 and 3.6.9 still answers many calls to nobody at all: the member ' +
    'list, alarms, leases, compaction, and reads and writes of any key inside a nested transaction ' +
    '(GHSA-q8m4-xhhv-38mg, GHSA-rfx7-8w68-q57q). Only calls that change nothing are tried.',
  remediation:
    'Upgrade to 3.5.33, 3.6.14 or 3.7.1 or later, and require client certificates so that strangers do not get as far.',
  references: [
    { standard: 'GHSA', id: 'GHSA-q8m4-xhhv-38mg' },
    { standard: 'GHSA', id: 'GHSA-rfx7-8w68-q57q' },
  ],
  needs: ['rpc'],
  subjects: members,
  judge(member, { all, need }) {
    const matrix = need(member.anonymous)
    const answered = open(matrix)
    if (matrix.presented === 'nothing' && answered.length > 0)
      return fail(`answers ${answered.join(', ')} to callers without any credential`, [
        evidence(matrix),
      ])
    const auth = need(all.cluster.auth)
    if (!auth.enabled)
      return notApplicable(
        'authentication is off: the certificate is the credential, and it was demanded',
        [evidence(matrix)],
      )
    const unclear = Object.entries(matrix.calls).find(
      ([, { outcome }]) => outcome !== 'answered' && outcome !== 'denied',
    )
    if (answered.length === 0 && unclear)
      return unknown(`${unclear[0]} gave no clear answer`, 'a member that answers in time', [
        evidence(matrix),
      ])
    if (matrix.presented === 'certificate' && answered.includes('Range'))
      return unknown(
        "the certificate's common name is an etcd user with rights, so calls without a credential could not be made",
        'a client certificate whose common name is no etcd user',
        [evidence(matrix)],
      )
    if (answered.length > 0)
      return fail(`answers ${answered.join(', ')} to a certificate that is no etcd user`, [
        evidence(matrix),
      ])
    return pass('denies every call that comes without a credential', evidence(matrix))
  },
  examples: [
    { name: 'everything is denied', given: given(answers('nothing')), expect: { m1: 'pass' } },
    {
      name: 'any certificate may list the members: by design',
      given: given(answers('certificate', 'MemberList', 'AlarmGet', 'Status')),
      expect: { m1: 'pass' },
    },
    {
      name: 'an old etcd answers nested transactions',
      given: given(answers('nothing', 'MemberList', 'NestedTxnRange')),
      expect: { m1: 'fail' },
    },
    {
      name: 'a nested transaction reads where a plain one may not',
      given: given(answers('certificate', 'NestedTxnRange')),
      expect: { m1: 'fail' },
    },
    {
      name: 'no authentication, no certificate',
      given: given(answers('nothing', 'Range', 'MemberList'), authOff),
      expect: { m1: 'fail' },
    },
    {
      name: 'no authentication behind mutual TLS',
      given: given(answers('certificate', 'Range', 'MemberList'), authOff),
      expect: { m1: 'not-applicable' },
    },
    {
      name: 'the certificate at hand is a user',
      given: given(answers('certificate', 'Range', 'MemberList')),
      expect: { m1: 'unknown' },
    },
    { name: 'not asked', given: clusterOf({}), expect: { m1: 'unknown' } },
  ],
})
