// Three members, and members that are known only in part: by an endpoint, by a manifest, by the wrong certificate.
import type { Case, MemberSetUp, RunningCluster } from './case.ts'
import { m1 } from './case.ts'

const three = (changes: Omit<MemberSetUp, 'name'>): readonly MemberSetUp[] => [
  { name: 'm1' },
  { name: 'm2', ...changes },
  { name: 'm3' },
]

const declareAll = async ({ at }: RunningCluster) => {
  for (const name of ['m1', 'm2', 'm3']) await at(name).manifest(`etcd-${name}.yaml`, name)
}

/** How a member is called that tells nobody its name; the runner puts the port in. */
const remote = '127.0.0.1:{client}'
const open = { 'trusted-ca-file': null, 'client-cert-auth': null } as const

export const clusterCases: readonly Case[] = [
  {
    name: 'good: three members alike',
    members: three({}),
    after: (_, cluster) => declareAll(cluster),
    expect: ['m1', 'm2', 'm3'].flatMap((name): Case['expect'] => [
      ['client-listener-tls', 'pass', name],
      ['client-cert-required', 'pass', name],
      ['peer-cert-required', 'pass', name],
      ['config-starts', 'pass', name],
      ['config-drift', 'pass', name],
      ['members-alike', 'pass', 'etcd'],
      ['version-skew', 'pass', 'etcd'],
      ['alarms-clear', 'pass', 'etcd'],
    ]),
  },
  {
    name: 'two clusters on one host, and one of them is open',
    members: [
      { name: 'm1', flags: (g) => ({ 'initial-cluster': `m1=${g.https('peer')}` }) },
      {
        name: 'patroni',
        flags: (g) => ({ ...open, 'initial-cluster': `patroni=${g.https('peer')}` }),
      },
    ],
    expect: [
      ['client-cert-required', 'pass', 'm1'],
      ['client-cert-required', 'fail', 'patroni'],
      ['members-alike', 'not-applicable', 'etcd'],
    ],
  },
  {
    name: 'one member of three asks nobody for a certificate',
    members: three({ flags: () => open }),
    expect: [
      ['client-cert-required', 'pass', 'm1'],
      ['client-cert-required', 'fail', 'm2'],
      ['client-cert-required', 'pass', 'm3'],
      ['members-alike', 'fail', 'etcd'],
    ],
  },
  {
    name: 'one member of three has a plain second listener',
    members: three({
      flags: (g) => ({ 'listen-client-urls': `${g.https('client')},${g.http('extra')}` }),
    }),
    expect: [
      ['client-listener-tls', 'pass', 'm1'],
      ['client-listener-tls', 'fail', 'm2'],
      ['client-listener-tls', 'pass', 'm3'],
    ],
  },
  {
    name: 'an old process of three behind a new manifest',
    members: three({ flags: () => open }),
    after: (_, cluster) => declareAll(cluster),
    expect: [
      ['client-cert-required', 'pass', 'm1'],
      ['client-cert-required', 'fail', 'm2'],
      ['config-drift', 'fail', 'm2'],
      ['config-drift', 'pass', 'm3'],
    ],
  },
  {
    name: 'one member of three is down',
    members: three({}),
    async after(_, cluster) {
      await declareAll(cluster)
      await cluster.stop('m2')
    },
    asked: () => ({ byManifests: true }),
    expect: [
      ['client-cert-required', 'pass', 'm1'],
      ['client-cert-required', 'unknown', 'm2'],
      ['client-listener-tls', 'unknown', 'm2'],
      ['peer-listener-tls', 'unknown', 'm2'],
      ['client-cert-required', 'pass', 'm3'],
    ],
  },
  {
    name: 'one member of three is down, and what its manifest says is bad',
    members: three({}),
    async after(_, cluster) {
      await declareAll(cluster)
      await cluster.at('m2').manifest('etcd-m2.yaml', 'm2', open)
      await cluster.stop('m2')
    },
    asked: () => ({ byManifests: true }),
    expect: [
      ['client-cert-required', 'pass', 'm1'],
      ['client-cert-required', 'fail', 'm2'],
    ],
  },
  {
    name: 'a manifest alone, and nobody answers',
    async after(ground, { stop }) {
      await ground.manifest('etcd.yaml', 'm1')
      await stop('m1')
    },
    asked: () => ({ byManifests: true }),
    expect: [
      ['client-listener-tls', 'unknown'],
      ['client-cert-required', 'unknown'],
      ['peer-cert-required', 'unknown'],
      ['tls-version-floor', 'unknown'],
      ['auto-tls-off', 'pass'],
    ],
  },
  {
    name: 'good: a manifest alone without probes',
    async after(ground, { stop }) {
      await ground.manifest('etcd.yaml', 'm1')
      await stop('m1')
    },
    asked: () => ({ byManifests: true, noProbe: true }),
    expect: [
      ['client-listener-tls', 'pass'],
      ['client-cert-required', 'pass'],
      ['anonymous-rpc', 'unknown'],
      ['secrets-encrypted', 'unknown', 'etcd'],
    ],
  },
  {
    name: 'from outside, with a good certificate',
    asked: (g) => ({
      root: g.path('none'),
      endpoints: [g.https('client')],
      certificate: 'apiserver-etcd-client',
    }),
    expect: [
      ['client-listener-tls', 'pass'],
      ['client-cert-required', 'pass'],
      ['auto-tls-off', 'unknown'],
      ['data-dir-mode', 'unknown'],
      ['peer-listener-tls', 'unknown'],
      ['config-starts', 'unknown'],
    ],
  },
  {
    name: 'from outside, with a certificate of a foreign CA',
    asked: (g) => ({
      root: g.path('none'),
      endpoints: [g.https('client')],
      certificate: 'server-foreign',
    }),
    expect: [
      ['client-listener-tls', 'pass', remote],
      ['client-cert-required', 'unknown', remote],
      ['client-ca-exclusive', 'unknown', remote],
      ['anonymous-rpc', 'unknown', remote],
      ['secrets-encrypted', 'unknown', 'etcd'],
    ],
  },
  {
    name: 'from outside, and nobody is asked for a certificate',
    members: m1({ flags: () => open }),
    asked: (g) => ({ root: g.path('none'), endpoints: [g.https('client')] }),
    expect: [
      ['client-listener-tls', 'pass'],
      ['client-cert-required', 'fail'],
      ['client-ca-exclusive', 'not-applicable'],
      ['anonymous-rpc', 'fail'],
    ],
  },
  {
    name: 'from outside, https asked of a plain listener',
    members: m1({ flags: (g) => ({ 'listen-client-urls': g.http('client') }) }),
    asked: (g) => ({ root: g.path('none'), endpoints: [g.https('client')] }),
    expect: [
      ['client-listener-tls', 'fail', remote],
      ['client-cert-required', 'fail', remote],
      ['tls-version-floor', 'unknown', remote],
    ],
  },
  {
    name: 'good: a wrong certificate is given, but the host has the right one',
    asked: () => ({ certificate: 'server-foreign' }),
    expect: [
      ['client-cert-required', 'pass'],
      ['secrets-encrypted', 'not-applicable', 'etcd'],
      ['alarms-clear', 'pass', 'etcd'],
      ['anonymous-rpc', 'not-applicable'],
    ],
  },
]
