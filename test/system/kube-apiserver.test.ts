// Manifests of kube-apiserver and the files they name, odd and bad: no etcd runs, so each costs little.
import assert from 'node:assert/strict'
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { stringify } from 'yaml'
import { check } from '../support/session.ts'
import { layPki } from '../support/pki.ts'

const place = await mkdtemp(join(tmpdir(), 'etcdkeep-apiserver-'))
const pki = (file: string) => join(place, 'pki', file)
after(() => rm(place, { recursive: true, force: true }))
await layPki(join(place, 'pki'))

type Changes = Readonly<Record<string, string | null>>
interface SetUp {
  readonly name: string
  readonly flags?: Changes
  /** Appended as they stand. */
  readonly words?: readonly string[]
  /** Laid as a file, its path given to the flag; the text of the file. */
  readonly file?: readonly [flag: string, text: string, mode?: number]
  readonly expect: Readonly<Record<string, string>>
}

const BASE = {
  'anonymous-auth': 'false',
  'authorization-mode': 'Node,RBAC',
  'client-ca-file': pki('cluster-ca.crt'),
  'etcd-cafile': pki('etcd-ca.crt'),
  'etcd-certfile': pki('apiserver-etcd-client.crt'),
  'etcd-keyfile': pki('apiserver-etcd-client.key'),
  'etcd-servers': 'https://192.0.2.1:2379',
}

async function lay({ flags = {}, words = [], file }: SetUp): Promise<string> {
  const directory = await mkdtemp(join(place, 'case-'))
  await mkdir(join(directory, 'manifests'))
  const given: Record<string, string | null> = { ...BASE, ...flags }
  if (file) {
    const path = join(directory, 'named.yaml')
    await writeFile(path, file[1])
    await chmod(path, file[2] ?? 0o600)
    given[file[0]] = path
  }
  const argv = Object.entries(given).flatMap(([name, value]) =>
    value === null ? [] : [`--${name}=${value}`],
  )
  const image = 'registry.k8s.io/kube-apiserver:v1.33.1'
  const command = ['kube-apiserver', ...argv, ...words]
  const spec = { containers: [{ name: 'kube-apiserver', image, command }] }
  const metadata = { name: 'kube-apiserver' }
  const pod = stringify({ apiVersion: 'v1', kind: 'Pod', metadata, spec })
  await writeFile(join(directory, 'manifests/kube-apiserver.yaml'), pod, { mode: 0o600 })
  return join(directory, 'manifests')
}

const authentication = (anonymous: object) =>
  [
    'authentication-config',
    stringify({
      apiVersion: 'apiserver.config.k8s.io/v1beta1',
      kind: 'AuthenticationConfiguration',
      anonymous,
    }),
  ] as const
const authorization = (...types: readonly string[]) =>
  [
    'authorization-config',
    stringify({
      apiVersion: 'apiserver.config.k8s.io/v1',
      kind: 'AuthorizationConfiguration',
      authorizers: types.map((type) => ({ type, name: type.toLowerCase() })),
    }),
  ] as const

const KEY = '8Nvq6XfV9o1jnJ5uZKmFk6Vz2S0Hq4b7TgYxW3cLdEo='
const box = { secretbox: { keys: [{ name: 'key1', secret: KEY }] } }
const identity = { identity: {} }
const kms = (changes: object) => ({ kms: { name: 'vault', endpoint: 'unix:///run/k', ...changes } })
const encryption = (entries: readonly (readonly [string, ...object[]])[], mode = 0o600) =>
  [
    'encryption-provider-config',
    stringify({
      apiVersion: 'apiserver.config.k8s.io/v1',
      kind: 'EncryptionConfiguration',
      resources: entries.map(([names, ...providers]) => ({
        resources: names.split(' '),
        providers,
      })),
    }),
    mode,
  ] as const
const raw = (text: string) => ['encryption-provider-config', text] as const

const ANONYMOUS = 'apiserver-anonymous'
const CONFIGURED = 'encryption-configured'
const PROVIDERS = 'encryption-providers'
const SET_UPS: readonly SetUp[] = [
  {
    name: 'good: --tls-min-version is its own flag too',
    words: ['--tls_min_version', 'VersionTLS13'],
    expect: { 'apiserver-tls': 'pass', 'config-starts': 'pass' },
  },
  {
    name: 'an old TLS version, with an underscore and in the next word',
    words: ['--tls_min_version', 'VersionTLS11'],
    expect: { 'apiserver-tls': 'fail', 'config-starts': 'pass' },
  },
  {
    name: 'a second list of etcds is added to the first',
    words: ['--etcd-servers', 'HTTP://192.0.2.9:2379'],
    expect: { 'apiserver-etcd-tls': 'fail' },
  },
  {
    name: 'authorization modes add up as well',
    flags: { 'authorization-mode': 'AlwaysAllow' },
    words: ['--authorization_mode=Node,RBAC'],
    expect: { 'apiserver-authorization': 'fail' },
  },
  {
    name: 'a boolean takes no value from the next word',
    flags: { 'anonymous-auth': null },
    words: ['--anonymous-auth', 'false'],
    expect: { [ANONYMOUS]: 'fail', 'config-starts': 'fail' },
  },
  {
    name: 'good: the last boolean counts',
    flags: { 'anonymous-auth': 'true' },
    words: ['--anonymous_auth=0'],
    expect: { [ANONYMOUS]: 'pass' },
  },
  {
    name: 'the CA file is taken back',
    words: ['--etcd_cafile='],
    expect: { 'apiserver-etcd-ca': 'fail' },
  },
  {
    name: 'the second server of the second override is plain',
    words: ['--etcd_servers_overrides', '/events#https://a:1,apps/x#https://b:1;http://c:1'],
    expect: { 'apiserver-etcd-overrides': 'fail' },
  },
  {
    name: 'good: no token file after all',
    flags: { 'token-auth-file': '/x' },
    words: ['--token-auth-file='],
    expect: { 'apiserver-token-file': 'pass' },
  },
  {
    name: 'anonymous requests by file',
    flags: { 'anonymous-auth': null },
    file: authentication({ enabled: true, conditions: [{ path: '/livez' }, { path: '/api' }] }),
    expect: { [ANONYMOUS]: 'fail' },
  },
  {
    name: 'good: anonymous health checks by file',
    flags: { 'anonymous-auth': null },
    file: authentication({ enabled: true, conditions: [{ path: '/livez' }, { path: '/readyz' }] }),
    expect: { [ANONYMOUS]: 'pass' },
  },
  {
    name: 'no file of authentication at all: nobody can know',
    flags: { 'anonymous-auth': null },
    file: ['authentication-config', '\0[[[['],
    expect: { [ANONYMOUS]: 'unknown', 'apiserver-authorization': 'pass' },
  },
  {
    name: 'AlwaysAllow by file',
    flags: { 'authorization-mode': null },
    file: authorization('Node', 'AlwaysAllow'),
    expect: { 'apiserver-authorization': 'fail' },
  },
  {
    name: 'good: Node and RBAC by file',
    flags: { 'authorization-mode': null },
    file: authorization('Node', 'RBAC'),
    expect: { 'apiserver-authorization': 'pass' },
  },
  {
    name: 'only the flag that reloads',
    flags: { 'encryption-provider-config-automatic-reload': 'true' },
    expect: { [CONFIGURED]: 'fail' },
  },
  {
    name: 'an exact name opts out of everything',
    file: encryption([
      ['secrets', identity],
      ['*.*', box],
    ]),
    expect: { [CONFIGURED]: 'pass', [PROVIDERS]: 'fail' },
  },
  {
    name: 'an entry that is masked keeps it from starting',
    file: encryption([
      ['*.*', box],
      ['secrets', box],
    ]),
    expect: { [CONFIGURED]: 'fail', [PROVIDERS]: 'unknown' },
  },
  {
    name: 'KMS v1, which 1.33 refuses',
    file: encryption([['secrets', kms({}), identity]]),
    expect: { [CONFIGURED]: 'fail', [PROVIDERS]: 'fail', 'kms-plugin': 'fail' },
  },
  {
    name: 'a socket of two slashes',
    file: encryption([['secrets', kms({ apiVersion: 'v2', endpoint: 'unix://run/k' })]]),
    expect: { [CONFIGURED]: 'pass', 'kms-plugin': 'fail' },
  },
  {
    name: 'good: all may read a file that holds no key',
    file: encryption([['secrets', kms({ apiVersion: 'v2' }), identity]], 0o644),
    expect: { 'encryption-file-mode': 'pass', [PROVIDERS]: 'pass' },
  },
  {
    name: 'the group may read the keys',
    file: encryption([['secrets', box, identity]], 0o640),
    expect: { 'encryption-file-mode': 'fail', [PROVIDERS]: 'pass' },
  },
  {
    name: 'good: Windows line ends and an opt-out for events',
    file: raw(
      encryption([
        ['events', identity],
        ['*.*', box],
      ])[1].replaceAll('\n', '\r\n'),
    ),
    expect: { [CONFIGURED]: 'pass', [PROVIDERS]: 'pass', 'encryption-coverage': 'pass' },
  },
  {
    name: 'a resource that does not exist',
    file: encryption([['secret', box]]),
    expect: { 'encryption-coverage': 'fail', [CONFIGURED]: 'pass' },
  },
  {
    name: 'brackets without end',
    file: raw('['.repeat(200_000)),
    expect: { [CONFIGURED]: 'fail', [PROVIDERS]: 'unknown', 'apiserver-authorization': 'pass' },
  },
  {
    name: 'eighty thousand keys',
    file: raw(Array.from({ length: 80_000 }, (_, index) => `k${index}: 1\n`).join('')),
    expect: { [CONFIGURED]: 'fail', [PROVIDERS]: 'unknown', 'apiserver-authorization': 'pass' },
  },
]

for (const one of SET_UPS)
  test(one.name, async () => {
    const controls = Object.keys(one.expect).flatMap((id) => ['--control', id])
    const { findings, out, err } = await check('--manifests', await lay(one), ...controls)
    assert.deepEqual(
      Object.fromEntries(findings.map(({ control, verdict }) => [control, verdict])),
      one.expect,
    )
    assert.ok(!`${out}${err}`.includes(KEY.slice(0, 10)), 'a key is told')
    assert.ok(findings.every(({ verdict, evidence }) => verdict !== 'fail' || evidence.length > 0))
  })
