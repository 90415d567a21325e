import { known, valueOf } from '../../core/fact.ts'
import { setting } from '../../effective/model.ts'
import { defineControl, fail, notApplicable, pass, unknown } from '../control.ts'
import { authOff, authOn, clusterOf } from '../example-rpc.ts'
import { launch, member } from '../example.ts'
import { members } from '../subjects.ts'

/** bcrypt's default; each step below halves an attacker's work. */
const LEAST_COST = 10
const cost = (value: string | undefined) => ({ 'bcrypt-cost': value ?? '10' })
const running = (value?: string, auth = authOn()) =>
  clusterOf({ auth: known(auth) }, [
    member({ running: known(launch(value === undefined ? {} : cost(value))) }),
  ])

export default defineControl({
  id: 'password-policy',
  title: 'Stored password hashes are slow to guess',
  severity: 'medium',
  area: 'access',
  rationale:
    'etcd has no rule for passwords, not even against an empty one, and no lockout; the hashes stand in the database, the ' +
    'WAL and every snapshot. What stands between a stolen snapshot and the passwords is the cost of bcrypt. ' +
    'The passwords themselves cannot be seen, so this judges the cost alone.',
  remediation:
    'Set --bcrypt-cost to 10 or more and set the passwords anew; better, let clients log in by certificate (`user add --no-password`).',
  references: [{ standard: 'GHSA', id: 'GHSA-4993-m7g5-r9hh' }],
  needs: ['rpc'],
  subjects: members,
  judge(member, { all, need }) {
    if (!need(all.cluster.auth).enabled)
      return notApplicable('authentication is off: no password is used')
    const launches = [valueOf(member.running), valueOf(member.declared)].filter(
      (one) => one !== undefined,
    )
    const [first, ...rest] = launches.map((one) => {
      const value = Number(setting(one, 'bcrypt-cost') ?? LEAST_COST)
      return {
        value,
        evidence: { source: one.source, observed: `--bcrypt-cost=${value}`, layer: one.layer },
      }
    })
    if (!first)
      return unknown(
        'neither the process nor a manifest of this member could be read',
        'run on its host',
      )
    const low = [first, ...rest].find(({ value }) => value < LEAST_COST)
    if (low)
      return fail(`a bcrypt cost of ${low.value} makes stolen hashes quick to guess`, [
        low.evidence,
      ])
    return pass(
      'the bcrypt cost is at least the default',
      first.evidence,
      ...rest.map((one) => one.evidence),
    )
  },
  examples: [
    { name: 'the default', given: running(), expect: { m1: 'pass' } },
    { name: 'as low as it goes', given: running('4'), expect: { m1: 'fail' } },
    { name: 'no users', given: running('4', authOff), expect: { m1: 'not-applicable' } },
    {
      name: 'only reachable over the network',
      given: clusterOf({ auth: known(authOn()) }),
      expect: { m1: 'unknown' },
    },
  ],
})
