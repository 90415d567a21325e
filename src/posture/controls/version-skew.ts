import { known } from '../../core/fact.ts'
import type { Evidence } from '../../core/finding.ts'
import { minorOf } from '../../versions/version.ts'
import { defineControl, fail, notApplicable, pass, unknown } from '../control.ts'
import { member, seen } from '../example.ts'
import { status } from '../example-status.ts'
import { versionSeen } from '../rules/member-version.ts'
import { clustersOf } from '../rules/clusters.ts'
import { wholeCluster } from '../subjects.ts'

const cluster = (...versions: readonly (string | undefined)[]) =>
  seen({
    members: versions.map((version, index) =>
      member({
        name: `m${index + 1}`,
        ...(version !== undefined && { status: known(status(version)) }),
      }),
    ),
  })

export default defineControl({
  id: 'version-skew',
  title: 'All members run the same minor version',
  severity: 'medium',
  area: 'versions',
  rationale:
    'Members of two minor versions work only while an upgrade is under way: the cluster runs at the lower one, ' +
    'and a fix that only some members have protects nobody.',
  remediation:
    'Finish the upgrade: bring every member to the highest version that one of them runs.',
  references: [],
  needs: ['rpc'],
  subjects: wholeCluster,
  judge({ members }) {
    const all = members.map((member) => ({ member, at: versionSeen(member) }))
    const silent = all.filter(({ at }) => !at).map(({ member }) => member.name)
    const told = all.flatMap(({ member, at }) => (at ? [{ member, ...at }] : []))
    const evidence: readonly Evidence[] = told.map((one) => one.evidence)
    const [first, ...rest] = evidence
    const clusters = clustersOf(members).map((group) =>
      told.filter((one) => group.includes(one.member)),
    )
    const minorsOf = (some: typeof told) => new Set(some.map(({ version }) => minorOf(version)))
    const skewed = clusters.find((some) => minorsOf(some).size > 1)
    if (first && skewed)
      return fail(`members run ${[...minorsOf(skewed)].toSorted().join(' and ')}`, [first, ...rest])
    if (!first || silent.length > 0)
      return unknown(
        `no version is known of ${silent.join(', ')}`,
        'an etcd client certificate (--cert, --key)',
        evidence,
      )
    if (told.length === 1) return notApplicable('there is one member', evidence)
    if (clusters.length === told.length)
      return notApplicable('each member is a cluster of its own', evidence)
    const minors = [...minorsOf(told)].toSorted().join(' or ')
    return pass(`all ${told.length} members run ${minors}`, first, ...rest)
  },
  examples: [
    { name: 'the same', given: cluster('3.5.30', '3.5.16'), expect: { etcd: 'pass' } },
    { name: 'two minors', given: cluster('3.5.30', '3.5.30', '3.4.23'), expect: { etcd: 'fail' } },
    {
      name: 'one does not answer',
      given: cluster('3.5.30', undefined),
      expect: { etcd: 'unknown' },
    },
    { name: 'alone', given: cluster('3.5.30'), expect: { etcd: 'not-applicable' } },
  ],
})
