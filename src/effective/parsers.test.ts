import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { known } from '../core/fact.ts'
import { findProgram } from './command-line.ts'
import { parseConfigFile } from './config-file.ts'
import { kindOfEtcdFlag } from './etcd-flags.ts'
import { parseBool, parseGoFlags } from './go-flags.ts'
import { parseManifest } from './manifest.ts'
import { parsePflags } from './pflag.ts'
import { resolveApiserver } from './resolve-apiserver.ts'
import { resolveEtcd } from './resolve-etcd.ts'
import type { Environment } from './environment.ts'
import { parseEnvironmentFile, parseUnit } from './unit.ts'

const start = (
  program: 'etcd' | 'kube-apiserver',
  argv: string[],
  environment: Environment = [],
) => ({
  program,
  layer: 'running' as const,
  source: `process ${program}`,
  argv,
  environment: known(environment),
  mounts: [],
  workingDirectory: '',
})
const etcd = async (argv: string[], environment: Environment = [], file = '') => {
  const found = await resolveEtcd(start('etcd', argv, environment), async () => known(file))
  assert.ok(found.known, JSON.stringify(found))
  const value = (name: string) => found.value.settings[name]?.value
  return { value, problems: found.value.problems.map((one) => `${one.code} ${one.setting}`) }
}

test('one or two dashes, the last one wins, odd booleans', async () => {
  const one = await etcd([
    '-client-cert-auth=false',
    '--client-cert-auth=T',
    '-name',
    'x',
    '--auto-tls',
  ])
  assert.equal(one.value('client-cert-auth'), 'true')
  assert.equal(one.value('name'), 'x')
  assert.equal(one.value('auto-tls'), 'true')
  assert.equal(one.value('data-dir'), 'x.etcd')
  assert.deepEqual(one.problems, ['repeated-flag client-cert-auth'])
  assert.deepEqual((await etcd(['--auto-tls=0', '--auto-tls=false'])).problems, [])
})

test('what stops etcd is told', async () => {
  const problems = async (argv: string[], environment: Environment = []) =>
    (await etcd(argv, environment)).problems
  assert.deepEqual(await problems(['--client-cert-auth', 'true']), [
    'stray-argument client-cert-auth',
  ])
  assert.deepEqual(await problems(['--client-cert-auth="true"']), ['bad-value client-cert-auth'])
  assert.deepEqual(await problems(['--peer-client-file=/x']), ['unknown-flag peer-client-file'])
  assert.deepEqual(await problems(['--encryption-provider-config=/x']), [
    'misplaced-flag encryption-provider-config',
  ])
  assert.deepEqual(await problems(['--name=a'], [['ETCD_NAME', 'b']]), ['conflict name'])
  assert.deepEqual(
    await problems(
      [],
      [
        ['ETCD_CLIENT_CERT_AUHT', '1'],
        ['ETCD_SERVICE_HOST', 'x'],
        ['ETCD_HOME', '/opt/etcd'],
        ['ETCD_MARK', 'x'],
      ],
    ),
    ['unknown-environment ETCD_CLIENT_CERT_AUHT'],
  )
})

test('a configuration file replaces flags and variables', async () => {
  const file =
    'name: f\nclient-transport-security: { client-cert-auth: true, crl-file: /x, client-cert-auht: 1 }\n'
  const one = await etcd(
    ['--config-file=/c', '--auto-tls', '--name=f'],
    [['ETCD_PEER_AUTO_TLS', '1']],
    file,
  )
  assert.equal(one.value('name'), 'f')
  assert.equal(one.value('client-cert-auth'), 'true')
  assert.equal(one.value('auto-tls'), 'false')
  assert.equal(one.value('peer-auto-tls'), 'false')
  assert.deepEqual(one.problems, [
    'unknown-key client-transport-security.crl-file',
    'unknown-key client-transport-security.client-cert-auht',
    'overridden auto-tls',
    'overridden peer-auto-tls',
  ])
})

test('pflag: underscores, separate values, lists that add up', () => {
  const found = resolveApiserver(
    start('kube-apiserver', [
      '--etcd_servers=https://a:1',
      '--etcd-servers',
      'https://b:1',
      '--anonymous-auth',
      '--authorization-mode',
      'RBAC',
      '-v',
      '2',
      '--auto-tls',
    ]),
  )
  assert.ok(found.known)
  const value = (name: string) => found.value.settings[name]?.value
  assert.equal(value('etcd-servers'), 'https://a:1,https://b:1')
  assert.equal(value('anonymous-auth'), 'true')
  assert.equal(value('authorization-mode'), 'RBAC')
  assert.deepEqual(
    found.value.problems.map((one) => one.code),
    ['misplaced-flag'],
  )
})

test('--tls-min-version is a flag of both programs', () => {
  const found = resolveApiserver(start('kube-apiserver', ['--tls_min_version', 'VersionTLS13']))
  assert.ok(found.known)
  assert.equal(found.value.settings['tls-min-version']?.value, 'VersionTLS13')
  assert.deepEqual(found.value.problems, [])
})

test('programs are found behind shells and wrappers', () => {
  const found = (...words: string[]) => findProgram(words, [['A', 'b c']])
  assert.deepEqual(found('sh', '-c', 'exec etcd --x="a b" \\\n --y=\'c\' # end')?.argv, [
    '--x=a b',
    '--y=c',
  ])
  assert.deepEqual(found('/bin/sh', '-ec', 'B=1; ETCD_NAME=q etcd --n=$B $A >/log 2>&1')?.argv, [
    '--n=1',
    'b',
    'c',
  ])
  assert.deepEqual(found('sh', '-c', 'ETCD_NAME=q etcd')?.environment[0], ['ETCD_NAME', 'q'])
  assert.deepEqual(found('bash', '-c', 'exec etcd "$@"', 'x', '--a', '--b')?.argv, ['--a', '--b'])
  assert.deepEqual(found('/go-runner', '--log-file=/l', '/usr/bin/kube-apiserver', '--x')?.argv, [
    '--x',
  ])
  assert.equal(found('sh', '-c', 'etcdctl --auto-tls get x'), undefined)
  assert.equal(found('etcd', 'grpc-proxy', 'start'), undefined)
  assert.equal(found('backup', '/usr/bin/etcd'), undefined)
})

test('what only the running system knows is never guessed', async () => {
  const found = findProgram(['sh', '-c', 'etcd --auto-tls=$(cat /x)'], [])
  const launch = await resolveEtcd(start('etcd', [...(found?.argv ?? [])]), async () => known(''))
  assert.equal(launch.known, false)
})

test('passwords do not come out', async () => {
  const marker = 'hunter2'
  const argv = [
    `--discovery-password=${marker}`,
    `--discovery=https://u:${marker}@d/x`,
    `--client-cert-auth=${marker}`,
  ]
  const found = await resolveEtcd(
    start('etcd', [...argv, marker], [['ETCD_X', marker]]),
    async () => known(''),
  )
  assert.doesNotMatch(
    JSON.stringify({ ...found, settings: 0 }).replace(/"client-cert-auth":\{[^}]*/, ''),
    /hunter2/,
  )
})

test('ParseBool', () => {
  assert.deepEqual(['1', 't', 'TRUE', '0', 'F', 'yes', 'tRUE', ''].map(parseBool), [
    true,
    true,
    true,
    false,
    false,
    undefined,
    undefined,
    undefined,
  ])
})

const words = fc.array(
  fc.oneof(
    fc.string(),
    fc.constantFrom(
      '--',
      '-',
      '--name',
      '-auto-tls',
      '--auto-tls=0',
      '--=',
      '---x',
      '--__proto__=1',
      '--config-file=c',
    ),
  ),
)
const text = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc
    .array(
      fc.constantFrom(
        'etcd',
        ' ',
        '"',
        "'",
        '$',
        '${',
        '}',
        '$(',
        ')',
        '`',
        '\\',
        '\n',
        '#',
        '>',
        ';',
        '=',
        'A',
      ),
    )
    .map((all) => all.join('')),
)

test('no arguments, variables or files make the resolver throw', async () => {
  await fc.assert(
    fc.asyncProperty(
      words,
      fc.array(fc.tuple(fc.constantFrom('ETCD_NAME', 'ETCD_', 'X'), fc.string())),
      text,
      async (argv, environment, file) => {
        await resolveEtcd(start('etcd', argv, environment), async () => known(file))
        resolveApiserver(start('kube-apiserver', argv, environment))
        parsePflags(argv)
      },
    ),
  )
})

test('no text makes a parser throw or run on', () => {
  fc.assert(
    fc.property(text, (any) => {
      parseConfigFile(any)
      parseManifest(any)
      parseUnit([any, `[Service]\nExecStart=${any}`], { unit: any, host: any })
      parseEnvironmentFile(any)
      findProgram(['sh', '-c', any], [])
    }),
  )
})

test('known flags in any spelling come back as they were meant', () => {
  const flag = fc.record({
    on: fc.boolean(),
    dash: fc.constantFrom('-', '--'),
    spelling: fc.nat(5),
  })
  fc.assert(
    fc.property(fc.array(flag, { minLength: 1 }), (given) => {
      const spell = (on: boolean, at: number) =>
        (on ? ['1', 't', 'T', 'TRUE', 'true', 'True'] : ['0', 'f', 'F', 'FALSE', 'false', 'False'])[
          at
        ]
      const argv = given.map(({ on, dash, spelling }) => `${dash}auto-tls=${spell(on, spelling)}`)
      const last = parseGoFlags(argv, kindOfEtcdFlag).flags.at(-1)
      assert.equal(parseBool(last?.value ?? ''), given.at(-1)?.on)
    }),
  )
})
