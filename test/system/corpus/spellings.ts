// The same setting in every spelling that etcd takes, and the sources that overrule each other.
import { type Case, m1 } from './case.ts'

const open: Case['expect'] = [
  ['client-listener-tls', 'pass'],
  ['client-cert-required', 'fail'],
]
const noCa = { 'trusted-ca-file': null, 'client-cert-auth': null } as const

const spelled = (name: string, extra: readonly string[]): Case => ({
  name: `nobody has to show a certificate: ${name}`,
  members: m1({ flags: () => noCa, extra: () => extra }),
  expect: open,
})

export const spellingCases: readonly Case[] = [
  spelled('--client-cert-auth given twice', [
    '--client-cert-auth=true',
    '--client-cert-auth=false',
  ]),
  spelled('-client-cert-auth with a single dash', ['-client-cert-auth=false']),
  spelled('=0', ['--client-cert-auth=0']),
  spelled('=f', ['--client-cert-auth=f']),
  spelled('=FALSE', ['--client-cert-auth=FALSE']),
  spelled('true first, single dash false last', ['--client-cert-auth', '-client-cert-auth=F']),
  {
    name: 'good: false first, true last',
    members: m1({ extra: () => ['--client-cert-auth=false', '-client-cert-auth=T'] }),
    expect: [['client-cert-required', 'pass']],
  },
  {
    name: 'good: the flag without a value',
    members: m1({
      flags: () => ({ 'client-cert-auth': null }),
      extra: () => ['--client-cert-auth'],
    }),
    expect: [
      ['client-cert-required', 'pass'],
      ['config-starts', 'pass'],
    ],
  },
  {
    name: 'good: =1',
    members: m1({ flags: () => ({ 'client-cert-auth': '1' }) }),
    expect: [['client-cert-required', 'pass']],
  },
  {
    name: 'good: value in the next argument',
    members: m1({
      flags: () => ({ 'trusted-ca-file': null, 'cert-file': null }),
      extra: (g) => ['--trusted-ca-file', g.pki('etcd-ca.crt'), '-cert-file', g.pki('server.crt')],
    }),
    expect: [
      ['client-cert-required', 'pass'],
      ['server-cert', 'pass'],
    ],
  },
  {
    name: 'http by environment',
    members: m1({
      flags: () => ({ 'listen-client-urls': null, 'advertise-client-urls': null }),
      environment: (g) => ({
        ETCD_LISTEN_CLIENT_URLS: g.http('client'),
        ETCD_ADVERTISE_CLIENT_URLS: g.http('client'),
      }),
    }),
    expect: [['client-listener-tls', 'fail']],
  },
  {
    name: 'good: everything by environment',
    members: m1({
      flags: () => ({ 'client-cert-auth': null, 'trusted-ca-file': null }),
      environment: (g) => ({
        ETCD_CLIENT_CERT_AUTH: 'true',
        ETCD_TRUSTED_CA_FILE: g.pki('etcd-ca.crt'),
      }),
    }),
    expect: [
      ['client-cert-required', 'pass'],
      ['config-starts', 'pass'],
    ],
  },
  {
    name: 'a configuration file wins over good flags',
    members: m1({
      configFile: (g) => g.openConfig(),
      beside: (g) => ({
        'listen-client-urls': g.https('client'),
        'client-cert-auth': 'true',
        'trusted-ca-file': g.pki('etcd-ca.crt'),
      }),
    }),
    expect: [
      ['client-listener-tls', 'fail'],
      ['config-starts', 'fail'],
    ],
  },
  {
    name: 'a configuration file by environment wins over good flags',
    members: m1({
      configFile: (g) => g.openConfig(),
      configByEnvironment: true,
      beside: (g) => ({ 'listen-client-urls': g.https('client'), 'client-cert-auth': 'true' }),
    }),
    expect: [['client-listener-tls', 'fail']],
  },
  {
    name: 'good: a configuration file that is right',
    members: m1({ configFile: (g) => g.secureConfig({}) }),
    expect: [
      ['client-listener-tls', 'pass'],
      ['client-cert-required', 'pass'],
      ['peer-cert-required', 'pass'],
      ['config-starts', 'pass'],
    ],
  },
  {
    name: 'a misspelt key in the configuration file',
    members: m1({
      configFile: (g) => {
        const { 'client-cert-auth': _, 'trusted-ca-file': __, ...rest } = g.clientSecurity()
        return g.secureConfig({
          'client-transport-security': { ...rest, 'client-cert-auht': true },
        })
      },
    }),
    expect: [
      ['client-cert-required', 'fail'],
      ['config-starts', 'fail'],
    ],
  },
  {
    name: 'a revocation list by environment, beside a configuration file',
    members: m1({
      configFile: (g) => g.secureConfig({}),
      environment: (g) => ({ ETCD_CLIENT_CRL_FILE: g.pki('crl.pem') }),
    }),
    expect: [
      ['crl-enforced', 'fail'],
      ['config-starts', 'fail'],
    ],
  },
  {
    name: 'good: a name by environment, beside a configuration file',
    members: m1({
      configFile: (g) => g.secureConfig({}),
      environment: () => ({ ETCD_NAME: 'other' }),
    }),
    expect: [['config-starts', 'pass']],
  },
]
