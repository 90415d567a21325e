import { known, missing } from '../../core/fact.ts'
import { lineOf } from '../../versions/advisories.ts'
import { minorOf } from '../../versions/version.ts'
import { defineControl, fail, pass, unknown } from '../control.ts'
import { member, seen } from '../example.ts'
import { status } from '../example-status.ts'
import { versionSeen } from '../rules/member-version.ts'
import { members } from '../subjects.ts'

export default defineControl({
  id: 'version-supported',
  title: 'The etcd version still gets security fixes',
  severity: 'high',
  area: 'versions',
  rationale:
    'A line that has ended gets no fix for a hole that is found tomorrow, and 3.4 ended with known holes open.',
  remediation: 'Upgrade one minor version at a time to a supported line, snapshot first.',
  references: [],
  needs: ['rpc'],
  subjects: members,
  judge(member) {
    const at = versionSeen(member)
    if (!at)
      return unknown(
        'the member told no version, and its image has no version tag',
        'an etcd client certificate (--cert, --key)',
      )
    const line = lineOf(at.version)
    if (!line)
      return unknown(
        `etcd ${minorOf(at.version)} is in no release data of this etcdkeep`,
        'newer release data',
        [at.evidence],
      )
    const name = `etcd ${at.version.join('.')}`
    return line.state === 'supported'
      ? pass(`${name} is of a supported line`, at.evidence)
      : fail(`${name} is of the ended line ${line.minor}`, [at.evidence])
  },
  examples: [
    {
      name: 'a supported line',
      given: seen({ members: [member({ status: known(status('3.5.30')) })] }),
      expect: { m1: 'pass' },
    },
    {
      name: 'an ended line',
      given: seen({ members: [member({ status: known(status('3.4.23')) })] }),
      expect: { m1: 'fail' },
    },
    {
      name: 'no answer',
      given: seen({ members: [member({ status: missing('no answer') })] }),
      expect: { m1: 'unknown' },
    },
  ],
})
