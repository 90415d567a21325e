// What is declared, what runs, and what kube-apiserver was told.
import { argvOf, baseline, merged } from '../../support/ground.ts'
import { type Case, m1 } from './case.ts'

export const launchCases: readonly Case[] = [
  {
    name: 'an old open process behind a new closed manifest',
    members: m1({
      flags: (g) => ({
        'listen-client-urls': g.http('client'),
        'advertise-client-urls': g.http('client'),
      }),
    }),
    after: (g) =>
      g.manifest('etcd.yaml', 'm1', {
        'listen-client-urls': g.https('client'),
        'advertise-client-urls': g.https('client'),
      }),
    expect: [
      ['client-listener-tls', 'fail'],
      ['config-drift', 'fail'],
    ],
  },
  {
    name: 'good: the manifest says what runs, in another spelling',
    after: (g) => g.manifest('etcd.yaml', 'm1', { 'client-cert-auth': '1' }),
    expect: [['config-drift', 'pass']],
  },
  {
    name: 'good: a sidecar with flags of its own',
    after: (g) =>
      g.manifest(
        'etcd.yaml',
        'm1',
        {},
        { sidecar: ['backup', '--client-cert-auth=false', '--auto-tls=true'] },
      ),
    expect: [
      ['client-cert-required', 'pass'],
      ['auto-tls-off', 'pass'],
      ['config-drift', 'pass'],
    ],
  },
  {
    name: 'good: started through a shell',
    after: (g) => g.manifest('etcd.yaml', 'm1', {}, { shell: true }),
    expect: [['config-drift', 'pass']],
  },
  {
    name: "the API server's encryption flag in etcd's manifest",
    after: (g) =>
      g.manifest('etcd.yaml', 'm1', { 'encryption-provider-config': '/etc/kubernetes/enc.yaml' }),
    expect: [['config-starts', 'fail']],
  },
  {
    name: 'a flag that no etcd knows',
    after: (g) => g.manifest('etcd.yaml', 'm1', { 'peer-client-file': '/x' }),
    expect: [['config-starts', 'fail']],
  },
  {
    name: 'a manifest with a space before a truth value',
    after: async (g) => {
      await g.podOf('etcd.yaml', {
        command: [
          'etcd',
          '--client-cert-auth',
          'true',
          ...argvOf(merged(baseline(g, 'm1'), { 'client-cert-auth': null })),
        ],
      })
    },
    expect: [
      ['config-starts', 'fail'],
      ['client-cert-required', 'pass'],
    ],
  },
  {
    name: 'a manifest with https and no certificate',
    after: (g) => g.manifest('etcd.yaml', 'm1', { 'cert-file': null, 'key-file': null }),
    expect: [['config-starts', 'fail']],
  },
  {
    name: 'a manifest with cipher suites by their OpenSSL names',
    after: (g) => g.manifest('etcd.yaml', 'm1', { 'cipher-suites': 'ECDHE-RSA-AES128-GCM-SHA256' }),
    expect: [['config-starts', 'fail']],
  },
  {
    name: 'good: a pod that names its program as the first argument',
    after: (g) => g.podOf('etcd.yaml', { args: ['etcd', ...argvOf(baseline(g, 'm1'))] }),
    expect: [
      ['config-starts', 'pass'],
      ['config-drift', 'pass'],
      ['client-listener-tls', 'pass'],
    ],
  },
  {
    name: 'good: a pod whose name only the kubelet knows',
    after: (g) =>
      g.podOf('etcd.yaml', {
        command: ['etcd', ...argvOf(merged(baseline(g, 'm1'), { name: '$(NODE)' }))],
        env: [{ name: 'NODE', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } }],
      }),
    expect: [
      ['client-listener-tls', 'pass'],
      ['config-starts', 'pass'],
    ],
  },
  {
    name: 'force-new-cluster left behind',
    after: (g) => g.manifest('etcd.yaml', 'm1', { 'force-new-cluster': 'true' }),
    expect: [['recovery-flags', 'fail']],
  },
  {
    name: 'the API server dials http',
    after: (g) => g.apiserverManifest({ 'etcd-servers': 'http://127.0.0.1:2379' }),
    expect: [['apiserver-etcd-tls', 'fail', 'kube-apiserver']],
  },
  {
    name: 'good: the API server dials https with everything given',
    after: (g) => g.apiserverManifest({}),
    expect: [
      ['apiserver-etcd-tls', 'pass', 'kube-apiserver'],
      ['apiserver-etcd-ca', 'pass', 'kube-apiserver'],
      ['apiserver-etcd-overrides', 'pass', 'kube-apiserver'],
      ['apiserver-anonymous', 'pass', 'kube-apiserver'],
      ['apiserver-authorization', 'pass', 'kube-apiserver'],
      ['apiserver-token-file', 'pass', 'kube-apiserver'],
    ],
  },
  {
    name: 'good: the API server with underscores and spaces',
    after: (g) => g.apiserverManifest({}, { underscores: true }),
    expect: [
      ['apiserver-etcd-tls', 'pass', 'kube-apiserver'],
      ['apiserver-anonymous', 'pass', 'kube-apiserver'],
    ],
  },
  {
    name: 'an empty etcd CA file',
    after: (g) => g.apiserverManifest({ 'etcd-cafile': '' }),
    expect: [['apiserver-etcd-ca', 'fail', 'kube-apiserver']],
  },
  {
    name: 'events go to an etcd without TLS',
    after: (g) =>
      g.apiserverManifest({ 'etcd-servers-overrides': '/events#http://127.0.0.1:4002' }),
    expect: [['apiserver-etcd-overrides', 'fail', 'kube-apiserver']],
  },
  {
    name: 'anonymous requests, by default',
    after: (g) => g.apiserverManifest({ 'anonymous-auth': null }),
    expect: [['apiserver-anonymous', 'fail', 'kube-apiserver']],
  },
  {
    name: 'good: anonymous requests on health paths alone, by file',
    after: async (g) => {
      const anonymous = { enabled: true, conditions: [{ path: '/livez' }, { path: '/readyz' }] }
      await g.file('authentication.yaml', {
        apiVersion: 'apiserver.config.k8s.io/v1beta1',
        kind: 'AuthenticationConfiguration',
        anonymous,
      })
      await g.apiserverManifest({
        'anonymous-auth': null,
        'authentication-config': g.path('authentication.yaml'),
      })
    },
    expect: [['apiserver-anonymous', 'pass', 'kube-apiserver']],
  },
  {
    name: 'good: authorizers by file',
    after: async (g) => {
      const authorizers = [
        { type: 'Node', name: 'node' },
        { type: 'RBAC', name: 'rbac' },
      ]
      await g.file('authorization.yaml', {
        apiVersion: 'apiserver.config.k8s.io/v1',
        kind: 'AuthorizationConfiguration',
        authorizers,
      })
      await g.apiserverManifest({
        'authorization-mode': null,
        'authorization-config': g.path('authorization.yaml'),
      })
    },
    expect: [['apiserver-authorization', 'pass', 'kube-apiserver']],
  },
  {
    name: 'everything is allowed',
    after: (g) => g.apiserverManifest({ 'authorization-mode': 'AlwaysAllow' }),
    expect: [['apiserver-authorization', 'fail', 'kube-apiserver']],
  },
  {
    name: 'a static token file, with underscores',
    after: (g) => g.apiserverManifest({ token_auth_file: '/etc/kubernetes/tokens.csv' }),
    expect: [['apiserver-token-file', 'fail', 'kube-apiserver']],
  },
]
