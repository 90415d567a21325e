// Doors: who may talk to a member, and how.
import { type Case, m1 } from './case.ts'

const at35 = (version: string) => !version.startsWith('3.4.')

export const listenerCases: readonly Case[] = [
  {
    name: 'good: mutual TLS on both ports, metrics on loopback',
    expect: [
      ['client-listener-tls', 'pass'],
      ['peer-listener-tls', 'pass'],
      ['client-cert-required', 'pass'],
      ['peer-cert-required', 'pass'],
      ['metrics-listener', 'pass'],
      ['listen-addresses', 'pass'],
      ['auto-tls-off', 'pass'],
      ['tls-version-floor', 'pass'],
      ['cipher-suites', 'pass'],
      ['debug-endpoints', 'pass'],
      ['config-starts', 'pass'],
      ['recovery-flags', 'pass'],
      ['server-cert', 'pass'],
      ['peer-cert', 'pass'],
      ['cert-expiry', 'pass'],
      ['served-cert-current', 'pass'],
      ['data-dir-mode', 'pass'],
    ],
  },
  {
    name: 'http client listener behind all the TLS flags',
    members: m1({
      flags: (g) => ({
        'listen-client-urls': g.http('client'),
        'advertise-client-urls': g.http('client'),
      }),
    }),
    expect: [
      ['client-listener-tls', 'fail'],
      ['client-cert-required', 'fail'],
      ['peer-listener-tls', 'pass'],
    ],
  },
  {
    name: 'good: a Unix socket for root beside the https listener',
    versions: at35,
    members: m1({
      flags: (g) => ({
        'listen-client-urls': `${g.https('client')},unix://${g.path('etcd.sock')}`,
      }),
    }),
    expect: [
      ['client-listener-tls', 'pass'],
      ['client-cert-required', 'pass'],
      ['listen-addresses', 'pass'],
      ['tls-version-floor', 'pass'],
      ['config-starts', 'pass'],
      ['debug-endpoints', 'pass'],
    ],
  },
  {
    name: 'good: clients come by a Unix socket alone',
    versions: at35,
    members: m1({
      flags: (g) => ({ 'listen-client-urls': `unix://${g.path('etcd.sock')}` }),
    }),
    expect: [
      ['client-listener-tls', 'not-applicable'],
      ['client-cert-required', 'pass'],
      ['peer-cert-required', 'pass'],
    ],
  },
  {
    name: 'a second client listener, http on loopback',
    members: m1({
      flags: (g) => ({ 'listen-client-urls': `${g.https('client')},${g.http('extra')}` }),
    }),
    expect: [['client-listener-tls', 'fail']],
  },
  {
    name: 'server TLS, but nobody has to show a certificate',
    members: m1({ flags: () => ({ 'client-cert-auth': null, 'trusted-ca-file': null }) }),
    expect: [
      ['client-listener-tls', 'pass'],
      ['client-cert-required', 'fail'],
    ],
  },
  {
    name: 'good: trusted-ca-file alone already demands certificates',
    members: m1({ flags: () => ({ 'client-cert-auth': null }) }),
    expect: [['client-cert-required', 'pass']],
  },
  {
    name: 'good: client-cert-auth=false is overruled by trusted-ca-file',
    members: m1({ flags: () => ({ 'client-cert-auth': 'false' }) }),
    expect: [['client-cert-required', 'pass']],
  },
  {
    name: 'certificates made by itself for clients',
    members: m1({
      flags: () => ({
        'auto-tls': 'true',
        'cert-file': null,
        'key-file': null,
        'client-cert-auth': null,
        'trusted-ca-file': null,
      }),
    }),
    expect: [
      ['auto-tls-off', 'fail'],
      ['client-cert-required', 'fail'],
    ],
  },
  {
    name: 'good: auto-tls is on, but a certificate overrides it',
    members: m1({ flags: () => ({ 'auto-tls': 'true' }) }),
    expect: [
      ['auto-tls-off', 'pass'],
      ['client-cert-required', 'pass'],
    ],
  },
  {
    name: 'certificates made by itself for peers',
    members: m1({
      flags: () => ({
        'peer-auto-tls': 'true',
        'peer-cert-file': null,
        'peer-key-file': null,
        'peer-client-cert-auth': null,
        'peer-trusted-ca-file': null,
      }),
    }),
    expect: [
      ['auto-tls-off', 'fail'],
      ['peer-cert-required', 'fail'],
    ],
  },
  {
    name: 'http between the peers',
    members: m1({
      flags: (g) => ({
        'listen-peer-urls': g.http('peer'),
        'initial-advertise-peer-urls': g.http('peer'),
        'initial-cluster': `m1=${g.http('peer')}`,
      }),
    }),
    expect: [
      ['peer-listener-tls', 'fail'],
      ['peer-cert-required', 'fail'],
      ['client-listener-tls', 'pass'],
    ],
  },
  {
    name: 'peers need no certificate',
    members: m1({ flags: () => ({ 'peer-client-cert-auth': null, 'peer-trusted-ca-file': null }) }),
    expect: [['peer-cert-required', 'fail']],
  },
  {
    name: 'metrics on every address without TLS',
    members: m1({ flags: (g) => ({ 'listen-metrics-urls': `http://0.0.0.0:${g.ports.metrics}` }) }),
    expect: [['metrics-listener', 'fail']],
  },
  {
    name: 'good: no metrics listener at all',
    members: m1({ flags: () => ({ 'listen-metrics-urls': null }) }),
    expect: [['metrics-listener', 'pass']],
  },
  {
    name: 'client listener on every address',
    members: m1({ flags: (g) => ({ 'listen-client-urls': `https://0.0.0.0:${g.ports.client}` }) }),
    expect: [
      ['listen-addresses', 'fail'],
      ['client-listener-tls', 'pass'],
      ['client-cert-required', 'pass'],
    ],
  },
  {
    name: 'the cluster CA by its own path',
    members: m1({ flags: (g) => ({ 'trusted-ca-file': g.pki('cluster-ca.crt') }) }),
    after: (g) => g.apiserverManifest({}),
    expect: [['client-ca-exclusive', 'fail']],
  },
  {
    name: 'a copy of the cluster CA',
    members: m1({ flags: (g) => ({ 'trusted-ca-file': g.pki('cluster-ca-copy.crt') }) }),
    after: (g) => g.apiserverManifest({}),
    expect: [['client-ca-exclusive', 'fail']],
  },
  {
    name: 'the cluster CA in a bundle',
    members: m1({ flags: (g) => ({ 'trusted-ca-file': g.pki('bundle.crt') }) }),
    after: (g) => g.apiserverManifest({}),
    expect: [['client-ca-exclusive', 'fail']],
  },
  {
    name: "the operating system's roots",
    members: m1({
      flags: () => ({ 'trusted-ca-file': null }),
      environment: (g) => ({
        SSL_CERT_FILE: g.pki('cluster-ca.crt'),
        SSL_CERT_DIR: '/nonexistent',
      }),
    }),
    expect: [['client-ca-exclusive', 'fail']],
  },
  {
    name: 'good: a CA of its own that is called ca.crt',
    members: m1({ flags: (g) => ({ 'trusted-ca-file': g.pki('own/ca.crt') }) }),
    expect: [['client-ca-exclusive', 'pass']],
  },
  {
    name: 'good: a CA of its own, beside a cluster CA',
    after: (g) => g.apiserverManifest({}),
    expect: [['client-ca-exclusive', 'pass']],
  },
  {
    name: 'peers trust the CA of the clients',
    members: m1({
      flags: (g) => ({
        'peer-trusted-ca-file': g.pki('etcd-ca.crt'),
        'peer-cert-file': g.pki('server.crt'),
        'peer-key-file': g.pki('server.key'),
      }),
    }),
    expect: [['peer-ca-separate', 'fail']],
  },
  {
    name: 'good: peers have a CA of their own',
    expect: [['peer-ca-separate', 'pass']],
  },
  {
    name: 'profiling switched on',
    members: m1({ flags: () => ({ 'enable-pprof': 'true' }) }),
    expect: [['debug-endpoints', 'fail']],
  },
  {
    name: 'log level debug',
    members: m1({ flags: () => ({ 'log-level': 'debug' }) }),
    expect: [['debug-endpoints', 'fail']],
  },
  {
    name: 'weak cipher suites',
    members: m1({
      flags: () => ({
        'cipher-suites':
          'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA,TLS_ECDHE_ECDSA_WITH_RC4_128_SHA',
      }),
    }),
    expect: [['cipher-suites', 'fail']],
  },
  {
    name: 'good: strong suites named',
    members: m1({
      flags: () => ({
        'cipher-suites':
          'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384',
      }),
    }),
    expect: [
      ['cipher-suites', 'pass'],
      ['client-listener-tls', 'pass'],
    ],
  },
  {
    name: 'good: TLS 1.3 only',
    members: m1({ flags: () => ({ 'tls-min-version': 'TLS1.3' }) }),
    versions: at35,
    expect: [
      ['tls-version-floor', 'pass'],
      ['client-cert-required', 'pass'],
      ['client-listener-tls', 'pass'],
    ],
  },
  {
    name: 'a revocation list in a file that has no key for it',
    members: m1({
      configFile: (g) =>
        g.secureConfig({
          'client-transport-security': { ...g.clientSecurity(), 'crl-file': g.pki('crl.pem') },
        }),
    }),
    expect: [
      ['crl-enforced', 'fail'],
      ['config-starts', 'fail'],
    ],
  },
]
