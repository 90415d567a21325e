import { known } from '../../core/fact.ts'
import type { Evidence } from '../../core/finding.ts'
import { type Advisory, openIn, published, staleDays } from '../../versions/advisories.ts'
import { defineControl, fail, pass, unknown } from '../control.ts'
import { launch, member, seen } from '../example.ts'
import { status } from '../example-status.ts'
import { holds, versionSeen } from '../rules/member-version.ts'
import { members } from '../subjects.ts'

const label = ({ id, cve, severity, summary }: Advisory) => `${cve ?? id} (${severity}): ${summary}`
const named = (advisories: readonly Advisory[]) =>
  advisories.map((one) => one.cve ?? one.id).join(', ')

const https = known(launch({ 'listen-client-urls': 'https://10.0.0.1:2379' }))
const auth = (enabled: boolean) => ({
  auth: known({ enabled, users: known([]), roles: known([]) }),
  alarms: known([]),
  memberList: known([]),
})

export default defineControl({
  id: 'version-advisories',
  title: 'No published advisory applies to this version in this configuration',
  severity: 'high',
  area: 'versions',
  rationale:
    'An advisory tells everybody how to attack. One about password login does not matter where auth is off, ' +
    'so only those count that apply to how this member is set up. ' +
    `The data is of ${published.date}.`,
  remediation:
    'Install the newest patch release of the line, follower by follower, the leader last.',
  references: [],
  needs: ['rpc', 'probes'],
  subjects: members,
  judge(member, { all, now }) {
    const at = versionSeen(member)
    if (!at)
      return unknown(
        'the member told no version, and its image has no version tag',
        'an etcd client certificate (--cert, --key)',
      )
    const open = openIn(at.version)
    const applying = open.filter((one) => holds(one.when, member, all) === true)
    const unclear = open.filter((one) => holds(one.when, member, all) === undefined)
    const days = staleDays(now)
    const data: Evidence = {
      source: 'advisory data',
      observed: `of ${published.date}${days === undefined ? '' : `, ${days} days old: newer advisories are not known`}`,
      stable: published.date,
      layer: at.evidence.layer,
    }
    const name = `etcd ${at.version.join('.')}`
    if (applying.length > 0)
      return fail(`${name}: ${named(applying)}`, [
        at.evidence,
        ...applying.map((one) => ({
          source: `advisory ${one.id}`,
          observed: label(one),
          layer: at.evidence.layer,
        })),
        data,
      ])
    if (unclear.length > 0)
      return unknown(
        `${name}: whether ${named(unclear)} applies depends on settings that could not be seen`,
        'an etcd client with role root, or root on the member’s host',
        [at.evidence, data],
      )
    if (days !== undefined)
      return unknown(
        `no known advisory applies to ${name}, but the data is ${days} days old`,
        'newer advisory data',
        [at.evidence, data],
      )
    return pass(`no published advisory applies to ${name} as it is set up`, at.evidence, data)
  },
  examples: [
    {
      name: 'handshakes without a deadline',
      given: seen({
        members: [member({ status: known(status('3.5.30')), running: https })],
        cluster: auth(false),
      }),
      expect: { m1: 'fail' },
    },
    {
      name: 'the newest patch release, while the data is fresh',
      given: seen({
        at: '2026-09-01T00:00:00.000Z',
        members: [member({ status: known(status('3.5.33')), running: https })],
        cluster: auth(true),
      }),
      expect: { m1: 'pass' },
    },
    {
      name: 'the newest patch release, but the data is old',
      given: seen({
        at: '2027-09-01T00:00:00.000Z',
        members: [member({ status: known(status('3.5.33')), running: https })],
        cluster: auth(true),
      }),
      expect: { m1: 'unknown' },
    },
    { name: 'no version', given: seen({ members: [member()] }), expect: { m1: 'unknown' } },
  ],
})
