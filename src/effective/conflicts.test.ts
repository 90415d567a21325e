import assert from 'node:assert/strict'
import { test } from 'node:test'
import { known } from '../core/fact.ts'
import { parseManifest } from './manifest.ts'
import { resolveEtcd } from './resolve-etcd.ts'

const etcd = async (argv: string[]) => {
  const found = await resolveEtcd(
    {
      program: 'etcd',
      layer: 'running',
      source: 'process etcd',
      argv,
      environment: known([]),
      mounts: [],
      workingDirectory: '',
    },
    async () => known(''),
  )
  assert.ok(found.known, JSON.stringify(found))
  const value = (name: string) => found.value.settings[name]?.value
  return { value, problems: found.value.problems.map((one) => `${one.code} ${one.setting}`) }
}

test('settings that stop etcd together are conflicts, and those that do not are none', async () => {
  const conflicts = async (...argv: string[]) => {
    const { problems } = await etcd(argv)
    return problems.filter((one) => one.startsWith('conflict ')).map((one) => one.slice(9))
  }
  const http = ['--listen-client-urls=http://127.0.0.1:1', '--advertise-client-urls=http://a:1']
  const https = ['--listen-client-urls=https://127.0.0.1:1', '--advertise-client-urls=https://a:1']
  const pair = ['--cert-file=/c', '--key-file=/k']
  assert.deepEqual(await conflicts(...https), ['listen-client-urls'])
  assert.deepEqual(await conflicts(...https, '--auto-tls'), [])
  assert.deepEqual(await conflicts(...https, ...pair), [])
  assert.deepEqual(await conflicts('--listen-client-urls=http://127.0.0.1:1'), [
    'advertise-client-urls',
  ])
  const weak = '--cipher-suites=TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384'
  assert.deepEqual(await conflicts(...https, ...pair, weak), ['cipher-suites'])
  assert.deepEqual(await conflicts(...http, weak), [])
  assert.deepEqual(await conflicts(...http, '--heartbeat-interval=500'), ['election-timeout'])
  const names = ['--peer-cert-allowed-cn=a', '--peer-cert-allowed-hostname=b']
  assert.deepEqual(await conflicts(...names), [])
  assert.deepEqual(
    await conflicts(
      ...names,
      '--listen-peer-urls=https://127.0.0.1:2',
      '--peer-cert-file=/c',
      '--peer-key-file=/k',
    ),
    ['peer-cert-allowed-hostname'],
  )
})

test('reading goes on behind a word that stops etcd, and names are those of Go', async () => {
  const stopped = await etcd(['--client-cert-auth', 'true', '--name=m1', '--auto-tls'])
  assert.equal(stopped.value('name'), 'm1')
  assert.equal(stopped.value('auto-tls'), 'true')
  assert.deepEqual(stopped.problems, ['stray-argument client-cert-auth'])
  const suites = async (list: string) => (await etcd([`--cipher-suites=${list}`])).problems
  assert.deepEqual(await suites('ECDHE-RSA-AES128-GCM-SHA256'), ['bad-value cipher-suites'])
  assert.deepEqual(await suites('TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,'), [
    'bad-value cipher-suites',
  ])
  assert.deepEqual(await suites('TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305'), [])
})

test('arguments alone start the image, or the program that they name', () => {
  const pod = (container: object) =>
    parseManifest(JSON.stringify({ kind: 'Pod', spec: { containers: [container] } })).containers[0]
  const image = 'registry.k8s.io/etcd:3.5.30-0'
  assert.deepEqual(pod({ image, args: ['--name=m1'] })?.argv, ['--name=m1'])
  assert.deepEqual(pod({ image, args: ['etcd', '--name=m1'] })?.argv, ['--name=m1'])
  assert.deepEqual(pod({ image, args: ['sh', '-c', 'exec etcd --name=m1'] })?.argv, ['--name=m1'])
})
