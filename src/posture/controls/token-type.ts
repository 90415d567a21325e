import { known, valueOf } from '../../core/fact.ts'
import { setting, type Launch } from '../../effective/model.ts'
import { defineControl, fail, notApplicable, pass, unknown } from '../control.ts'
import { authOff, authOn, clusterOf } from '../example-rpc.ts'
import { launch, member } from '../example.ts'
import { members } from '../subjects.ts'

/** What is wrong with `--auth-token`; undefined where nothing is. */
function weakness(value: string): string | undefined {
  const [type = '', ...options] = value.split(',')
  if (type === '' || type === 'simple')
    return 'simple tokens stand in clear in the WAL in part, and are no proof of who made them'
  const method =
    options.find((option) => option.startsWith('sign-method='))?.slice('sign-method='.length) ?? ''
  return /^HS/i.test(method)
    ? `${method} lets every member that checks a token also make one`
    : undefined
}
const seenIn = (one: Launch) => {
  // The value names files of keys; only the kind is told.
  const value = setting(one, 'auth-token') ?? 'simple'
  const [type = 'simple'] = value.split(',')
  return {
    value,
    evidence: { source: one.source, observed: `--auth-token=${type}`, layer: one.layer },
  }
}
const running = (flags: Record<string, string>, auth = authOn()) =>
  clusterOf({ auth: known(auth) }, [member({ running: known(launch(flags)) })])

export default defineControl({
  id: 'token-type',
  title: 'Logins are answered with signed tokens',
  severity: 'low',
  area: 'access',
  rationale:
    "etcd's default, the simple token, is random text kept in memory; its first part is written to every member's WAL. " +
    "etcd's own guide calls it fit for development. A JWT signed with a private key expires by itself and cannot be made by a reader.",
  remediation:
    '`--auth-token jwt,pub-key=FILE,priv-key=FILE,sign-method=ES256,ttl=10m` on every member. Clients that log in by certificate need no token.',
  references: [],
  needs: ['rpc'],
  subjects: members,
  judge(member, { all, need }) {
    if (!need(all.cluster.auth).enabled)
      return notApplicable('authentication is off: no tokens are issued')
    const launches = [valueOf(member.running), valueOf(member.declared)].filter(
      (one) => one !== undefined,
    )
    const [first, ...rest] = launches.map(seenIn)
    if (!first)
      return unknown(
        'neither the process nor a manifest of this member could be read',
        'run on its host',
      )
    for (const { value, evidence } of [first, ...rest]) {
      const why = weakness(value)
      if (why !== undefined) return fail(why, [evidence])
    }
    return pass(
      'tokens are signed with a private key',
      first.evidence,
      ...rest.map((one) => one.evidence),
    )
  },
  examples: [
    {
      name: 'ES256',
      given: running({ 'auth-token': 'jwt,pub-key=/p,priv-key=/k,sign-method=ES256' }),
      expect: { m1: 'pass' },
    },
    { name: 'the default', given: running({}), expect: { m1: 'fail' } },
    {
      name: 'a shared secret',
      given: running({ 'auth-token': 'jwt,priv-key=/k,sign-method=HS256' }),
      expect: { m1: 'fail' },
    },
    { name: 'no logins', given: running({}, authOff), expect: { m1: 'not-applicable' } },
    {
      name: 'only reachable over the network',
      given: clusterOf({ auth: known(authOn()) }),
      expect: { m1: 'unknown' },
    },
  ],
})
