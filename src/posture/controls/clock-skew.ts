import { known } from '../../core/fact.ts'
import { defineControl, fail, pass, unknown } from '../control.ts'
import { clusterOf } from '../example-rpc.ts'
import { member } from '../example.ts'
import type { MemberStatus } from '../facts/rpc.ts'
import { members } from '../subjects.ts'

/** Milliseconds; the Date header tells whole seconds, and a request takes time. */
const MOST = 5000

const STATUS: MemberStatus = {
  memberId: 'a1',
  clusterId: 'c1',
  version: '3.5.30',
  isLeader: true,
  isLearner: false,
  dbSize: 1,
  revision: '1',
  errors: [],
  clientUrls: [],
  peerUrls: [],
}
const off = (clockOffsetMs?: number) =>
  clusterOf({}, [
    member({ status: known({ ...STATUS, ...(clockOffsetMs !== undefined && { clockOffsetMs }) }) }),
  ])

export default defineControl({
  id: 'clock-skew',
  title: "The member's clock agrees with this machine's",
  severity: 'low',
  area: 'watching',
  rationale:
    'Certificates begin and end by the clock, tokens expire by it, and logs of several machines are only put in order by it. ' +
    'A clock that is off lets an expired certificate in or keeps a good one out.',
  remediation:
    'Run an NTP client (chrony, systemd-timesyncd) on the host of the member, and on this one.',
  references: [],
  needs: ['rpc'],
  subjects: members,
  judge(member, { need }) {
    const { clockOffsetMs } = need(member.status)
    if (clockOffsetMs === undefined)
      return unknown('the member sent no time', 'HTTP on its client port')
    const seconds = Math.round(clockOffsetMs / 1000)
    const wide = Math.abs(clockOffsetMs) > MOST
    const evidence = {
      source: 'Date header of the client port',
      observed: `${seconds} s apart`,
      stable: wide ? 'apart' : 'together',
      layer: 'proven',
    } as const
    return wide
      ? fail(`its clock is ${Math.abs(seconds)} s ${seconds > 0 ? 'ahead' : 'behind'}`, [evidence])
      : pass('the clocks agree', evidence)
  },
  examples: [
    { name: 'together', given: off(400), expect: { m1: 'pass' } },
    { name: 'a minute ahead', given: off(60_000), expect: { m1: 'fail' } },
    { name: 'no time was sent', given: off(), expect: { m1: 'unknown' } },
  ],
})
