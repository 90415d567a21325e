import { known, valueOf } from '../../core/fact.ts'
import { setting, urls, type Launch } from '../../effective/model.ts'
import { defineControl, fail, notApplicable, pass, unknown } from '../control.ts'
import { launch, member, seen } from '../example.ts'
import type { Member } from '../observation.ts'
import { clustersOf } from '../rules/clusters.ts'
import { wholeCluster } from '../subjects.ts'

/** Compared as they are. */
const VALUES = [
  'client-cert-auth',
  'peer-client-cert-auth',
  'auto-tls',
  'peer-auto-tls',
  'peer-cert-allowed-cn',
  'client-cert-allowed-hostname',
  'tls-min-version',
  'cipher-suites',
  'enable-pprof',
  'host-whitelist',
  'cors',
  'bcrypt-cost',
] as const
/** Every member has its own: compared by whether there is one. */
const PRESENCE = [
  'cert-file',
  'trusted-ca-file',
  'peer-cert-file',
  'peer-trusted-ca-file',
  'client-crl-file',
  'peer-crl-file',
] as const
/** Compared by scheme. */
const URLS = ['listen-client-urls', 'listen-peer-urls', 'listen-metrics-urls'] as const

const schemes = (one: Launch, flag: string) =>
  [...new Set(urls(one, flag).map((url) => url.replace(/:.*$/, '')))].toSorted().join(' and ')

const traits = (one: Launch): ReadonlyMap<string, string> =>
  new Map<string, string>([
    ...VALUES.map((flag) => [flag, setting(one, flag) ?? 'not set'] as const),
    ['auth-token', (setting(one, 'auth-token') ?? 'not set').replace(/,.*$/, '')] as const,
    ...PRESENCE.map(
      (flag) => [flag, setting(one, flag) === undefined ? 'not set' : 'set'] as const,
    ),
    // No metrics listener at all is no weaker than one.
    ...URLS.map((flag) => [flag, schemes(one, flag)] as const).filter(([, some]) => some !== ''),
  ])

interface Named {
  readonly name: string
  readonly launch: Launch
  readonly traits: ReadonlyMap<string, string>
}

/** Members whose value of a trait is not that of most; of two halves the later one. */
function oddOnes(all: readonly Named[], trait: string): readonly Named[] {
  const having = all.filter((one) => one.traits.has(trait))
  const groups = Map.groupBy(having, (one) => one.traits.get(trait))
  const [, ...odd] = [...groups.values()].toSorted((a, b) => b.length - a.length)
  return odd.flat()
}

const named = ({ name, running, declared }: Member): readonly Named[] => {
  const one = valueOf(running) ?? valueOf(declared)
  return one ? [{ name, launch: one, traits: traits(one) }] : []
}

const differences = (all: readonly Named[]) =>
  [...new Set(all.flatMap((one) => [...one.traits.keys()]))].flatMap((flag) =>
    oddOnes(all, flag).map(({ name, launch, traits }) => ({
      source: launch.source,
      observed: `${name}: --${flag} ${traits.get(flag)}, unlike the others`,
      layer: launch.layer,
    })),
  )

const own = (name: string, auth: string) =>
  member({
    name,
    running: known(
      launch({ 'client-cert-auth': auth, 'initial-cluster': `${name}=https://${name}:2380` }),
    ),
  })
const open = launch({ 'client-cert-auth': 'false' })
const closed = launch({ 'client-cert-auth': 'true' })

export default defineControl({
  id: 'members-alike',
  title: 'All members are protected alike',
  severity: 'high',
  area: 'configuration',
  rationale:
    'Every member holds all data and serves every client: a cluster is as open as its most open member.',
  remediation: 'Give the member that is named the settings of the others.',
  references: [{ standard: 'NSA/CISA 1.2', id: 'Control plane hardening' }],
  needs: [],
  subjects: wholeCluster,
  judge({ members, cluster }) {
    const clusters = clustersOf(members)
    const read = clusters.map((one) => one.flatMap(named))
    const [first, ...more] = read.flatMap(differences)
    if (first) return fail(first.observed, [first, ...more])
    const list = valueOf(cluster.memberList)?.length ?? 0
    const size = clusters.length > 1 ? members.length : Math.max(members.length, list)
    if (size === 1) return notApplicable('the cluster has one member')
    if (clusters.length === size) return notApplicable('each member is a cluster of its own')
    const [seenFirst, ...rest] = read.flat().map(({ name, launch }) => ({
      source: launch.source,
      observed: `${name}: protected like the others`,
      layer: launch.layer,
    }))
    if (!seenFirst || read.flat().length < size)
      return unknown(
        `the settings of ${read.flat().length} of ${size} members could be read`,
        'run on the hosts of the others too',
      )
    return pass(`${size} members have the same protection`, seenFirst, ...rest)
  },
  examples: [
    {
      name: 'three alike',
      given: seen({
        members: ['m1', 'm2', 'm3'].map((name) => member({ name, running: known(closed) })),
      }),
      expect: { etcd: 'pass' },
    },
    {
      name: 'one of three lets everybody in',
      given: seen({
        members: [
          member({ name: 'm1', running: known(closed) }),
          member({ name: 'm2', running: known(open) }),
          member({ name: 'm3', running: known(closed) }),
        ],
      }),
      expect: { etcd: 'fail' },
    },
    {
      name: 'one of two is out of sight',
      given: seen({ members: [member({ running: known(closed) }), member({ name: 'm2' })] }),
      expect: { etcd: 'unknown' },
    },
    {
      name: 'two clusters on one host',
      given: seen({ members: [own('m1', 'true'), own('patroni', 'false')] }),
      expect: { etcd: 'not-applicable' },
    },
    {
      name: 'a single member',
      given: seen({ members: [member({ running: known(closed) })] }),
      expect: { etcd: 'not-applicable' },
    },
  ],
})
