// Members that are started oddly: renamed, wrapped, from another directory, with little or much given to them.
import { mkdir, symlink, writeFile } from 'node:fs/promises'
import type { Ground } from '../../support/ground.ts'
import { type Case, m1 } from './case.ts'

const open = { 'trusted-ca-file': null, 'client-cert-auth': null } as const
const nobodyAsked: Case['expect'] = [
  ['client-listener-tls', 'pass'],
  ['client-cert-required', 'fail'],
  ['peer-cert-required', 'pass'],
]
const closed: Case['expect'] = [
  ['client-listener-tls', 'pass'],
  ['client-cert-required', 'pass'],
  ['peer-cert-required', 'pass'],
  ['config-starts', 'pass'],
]
const clientAt = (url: string) => ({ 'listen-client-urls': url, 'advertise-client-urls': url })

async function script(ground: Ground, etcd: string, last: string): Promise<string> {
  await mkdir(ground.path('bin'), { recursive: true })
  const file = ground.path('bin/etcd')
  await writeFile(file, `#!/bin/sh\n${etcd} "$@"\n${last}\n`, { mode: 0o755 })
  return file
}

export const oddLaunches: readonly Case[] = [
  {
    name: 'started by a script that is called etcd and waits for it',
    members: m1({
      flags: () => open,
      wrapped: async (g, etcd, argv) => [await script(g, etcd, 'exit $?'), ...argv],
    }),
    expect: nobodyAsked,
  },
  {
    name: 'good: started by a script that is called etcd',
    members: m1({ wrapped: async (g, etcd, argv) => [await script(g, etcd, 'true'), ...argv] }),
    expect: closed,
  },
  {
    name: 'a shell with the whole command line in one word',
    members: m1({
      flags: () => open,
      wrapped: (_, etcd, argv) => ['/bin/sh', '-c', `${etcd} ${argv.join(' ')}; true`],
    }),
    expect: nobodyAsked,
  },
  {
    name: 'started through a link of another name',
    members: m1({
      flags: () => open,
      async wrapped(g, etcd, argv) {
        await symlink(etcd, g.path('key-value-store'))
        return [g.path('key-value-store'), ...argv]
      },
    }),
    expect: nobodyAsked,
  },
  {
    name: 'good: env and nice before it',
    members: m1({
      wrapped: (_, etcd, argv) => [
        '/usr/bin/env',
        'ETCD_SNAPSHOT_COUNT=5000',
        'nice',
        etcd,
        ...argv,
      ],
    }),
    expect: closed,
  },
  {
    name: 'http in capital letters',
    members: m1({ flags: (g) => clientAt(`HTTP://127.0.0.1:${g.ports.client}`) }),
    expect: [
      ['client-listener-tls', 'fail'],
      ['client-cert-required', 'fail'],
      ['anonymous-rpc', 'fail'],
    ],
  },
  {
    name: 'good: https in capital letters',
    members: m1({ flags: (g) => clientAt(`HTTPS://127.0.0.1:${g.ports.client}`) }),
    expect: [...closed, ['client-ca-exclusive', 'pass'], ['alarms-clear', 'pass', 'etcd']],
  },
  {
    name: 'spaces around the URLs, the second one plain',
    members: m1({
      flags: (g) => ({ 'listen-client-urls': ` ${g.https('client')} , ${g.http('extra')}` }),
    }),
    expect: [['client-listener-tls', 'fail']],
  },
  {
    name: 'every IPv6 address',
    members: m1({ flags: (g) => ({ 'listen-client-urls': `https://[::]:${g.ports.client}` }) }),
    expect: [
      ['listen-addresses', 'fail'],
      ['client-cert-required', 'pass'],
    ],
  },
  {
    name: 'good: by the name localhost',
    members: m1({ flags: (g) => clientAt(`https://localhost:${g.ports.client}`) }),
    expect: closed,
  },
  {
    name: 'good: relative paths from another directory',
    members: m1({
      directory: (g) => g.path('elsewhere'),
      flags: () => ({ 'data-dir': 'rows' }),
    }),
    expect: [...closed, ['data-dir-mode', 'pass']],
  },
  {
    name: 'a data directory by default, open to all',
    members: m1({ directory: (g) => g.path('elsewhere'), flags: () => ({ 'data-dir': null }) }),
    after: (g) => g.chmod(g.path('elsewhere/m1.etcd'), 0o755),
    expect: [['data-dir-mode', 'fail']],
  },
  {
    name: 'no flag but the listening URLs',
    members: m1({
      argv: (g) => [
        '--listen-client-urls',
        g.http('client'),
        '--advertise-client-urls',
        g.http('client'),
        '-listen-peer-urls',
        g.http('peer'),
      ],
    }),
    expect: [
      ['client-listener-tls', 'fail', 'default'],
      ['client-cert-required', 'fail', 'default'],
      ['peer-listener-tls', 'fail', 'default'],
      ['anonymous-rpc', 'fail', 'default'],
      ['client-ca-exclusive', 'not-applicable', 'default'],
    ],
  },
  {
    name: 'certificates are checked by nobody: whose they would be plays no part',
    members: m1({ flags: () => open }),
    expect: [
      ['client-cert-required', 'fail'],
      ['client-ca-exclusive', 'not-applicable'],
    ],
  },
  {
    name: 'good: a variable that is empty is no variable',
    members: m1({ environment: () => ({ ETCD_CIPHER_SUITES: '', ETCD_AUTO_TLS: '' }) }),
    expect: [...closed, ['auto-tls-off', 'pass']],
  },
  {
    name: 'good: variables that Kubernetes injects for a Service called etcd',
    members: m1({
      environment: () => ({ ETCD_SERVICE_HOST: '10.0.0.1', ETCD_PORT: 'tcp://10.0.0.1:2379' }),
    }),
    expect: closed,
  },
  {
    name: 'plain HTTP for one Host name alone',
    members: m1({
      flags: (g) => ({
        ...clientAt(g.http('client')),
        cors: 'https://a.example:443',
        'host-whitelist': 'etcd.example.org',
      }),
    }),
    expect: [
      ['client-listener-tls', 'fail'],
      ['cors-and-host-whitelist', 'pass'],
      ['debug-endpoints', 'unknown'],
    ],
  },
  {
    name: 'good: HTTP on a TLS listener of its own',
    versions: (version) => version.startsWith('3.5.'),
    members: m1({ flags: (g) => ({ 'listen-client-http-urls': g.https('extra') }) }),
    expect: [...closed, ['cors-and-host-whitelist', 'pass'], ['gateway-json', 'pass']],
  },
  {
    name: 'HTTP on a plain listener of its own',
    versions: (version) => version.startsWith('3.5.'),
    members: m1({ flags: (g) => ({ 'listen-client-http-urls': g.http('extra') }) }),
    expect: [
      ['client-listener-tls', 'fail'],
      ['client-cert-required', 'fail'],
    ],
  },
  {
    name: 'good: one common name is let in',
    versions: (version) => version.startsWith('3.5.'),
    members: m1({
      configFile: (g) =>
        g.secureConfig({
          'client-transport-security': {
            ...g.clientSecurity(),
            'allowed-cn': ['kube-apiserver-etcd-client'],
          },
        }),
    }),
    expect: [['client-cert-required', 'pass']],
  },
  {
    name: 'good: no gateway by default with a configuration file',
    versions: (version) => version.startsWith('3.4.'),
    members: m1({ configFile: (g) => g.openConfig() }),
    expect: [
      ['gateway-json', 'pass'],
      ['client-listener-tls', 'fail'],
    ],
  },
]
