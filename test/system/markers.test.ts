// Plants secrets everywhere that a check looks, and searches everything that comes out for them.
import assert from 'node:assert/strict'
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { stringify } from 'yaml'
import { etcdBinaries } from '../../src/adapters/binaries/etcd-binaries.ts'
import { commands } from '../../src/cli/commands/index.ts'
import { run } from '../../src/cli/run.ts'
import type { Started } from '../../src/ports/launcher.ts'
import { wire } from '../../src/wiring.ts'
import { eventually } from '../support/eventually.ts'

const ports = wire()
const marker = () => randomBytes(24).toString('hex')
const SECRETS = {
  row: marker(),
  environment: marker(),
  manifestEnvironment: marker(),
  flag: marker(),
  password: marker(),
  token: marker(),
  brokenManifest: marker(),
  brokenConfig: marker(),
  url: marker(),
  encryptionKey: randomBytes(32).toString('base64'),
}
const key = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({
  type: 'sec1',
  format: 'pem',
}) as string
/** Whole lines of the key, and half of each secret: not even a part may be seen. */
const FORBIDDEN = [
  ...key.split('\n').filter((line) => line !== '' && !line.startsWith('-----')),
  ...Object.values(SECRETS).flatMap((secret) => [
    secret.slice(0, secret.length / 2),
    Buffer.from(secret.slice(0, 24)).toString('base64').slice(0, 20),
  ]),
]

let directory = ''
let etcd: Started | undefined
let endpoint = ''
const at = (name: string) => join(directory, name)

const pod = (name: string, command: readonly string[]) =>
  stringify({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'kube-system' },
    spec: {
      containers: [
        { name, command, env: [{ name: 'DB_PASSWORD', value: SECRETS.manifestEnvironment }] },
      ],
    },
  })

async function plant(): Promise<void> {
  await mkdir(at('manifests'))
  await writeFile(at('server.key'), key, { mode: 0o644 })
  await writeFile(at('server.crt'), `not a certificate\n${key}`)
  await writeFile(at('tokens.csv'), `${SECRETS.token},admin,1\n`)
  await writeFile(at('password'), SECRETS.password, { mode: 0o600 })
  await writeFile(at('etcd.conf.yml'), `name: m1\n\tinitial-cluster-token: ${SECRETS.brokenConfig}`)
  const provider = { aescbc: { keys: [{ name: 'key1', secret: SECRETS.encryptionKey }] } }
  const encryption = {
    apiVersion: 'apiserver.config.k8s.io/v1',
    kind: 'EncryptionConfiguration',
    resources: [{ resources: ['secrets'], providers: [provider, { identity: {} }] }],
  }
  await writeFile(at('encryption.yaml'), stringify(encryption))
  const tls = [`--cert-file=${at('server.crt')}`, `--key-file=${at('server.key')}`]
  const odd = [`--password=${SECRETS.flag}`, `--discovery-proxy=http://u:${SECRETS.url}@proxy:1`]
  const etcdPod = pod('etcd', ['etcd', '--name=m1', `--data-dir=${at('data')}`, ...tls, ...odd])
  await writeFile(at('manifests/etcd.yaml'), etcdPod)
  const api = [
    `--etcd-servers=${endpoint}`,
    `--etcd-keyfile=${at('server.key')}`,
    `--etcd-certfile=${at('server.crt')}`,
    `--token-auth-file=${at('tokens.csv')}`,
    `--encryption-provider-config=${at('encryption.yaml')}`,
    `--oidc-secret=${SECRETS.flag}`,
  ]
  await writeFile(
    at('manifests/kube-apiserver.yaml'),
    pod('kube-apiserver', ['kube-apiserver', ...api]),
  )
  await writeFile(
    at('manifests/broken.yaml'),
    `kind: Pod\n  password: ${SECRETS.brokenManifest}\n{{`,
  )
  const configured = pod('etcd2', ['etcd', `--config-file=${at('etcd.conf.yml')}`])
  await writeFile(at('manifests/etcd2.yaml'), configured)
}

async function putRow(): Promise<void> {
  const client = ports.etcd.connect({ endpoints: [endpoint] })
  try {
    const value = Buffer.from(`k8s\0\n\u000c\n\u0002v1\u0012\u0006Secret${SECRETS.row}`)
    await eventually('etcd takes a row', async () => {
      const name = Buffer.from('/registry/secrets/default/marked')
      return client.kv.put({ key: name, value }).then(
        () => true,
        () => false,
      )
    })
  } finally {
    client.close()
  }
}

before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'etcdkeep-markers-'))
  const [binary] = await etcdBinaries()
  assert.ok(binary)
  const [client, peer] = await ports.loopback.freePorts(2)
  endpoint = `http://127.0.0.1:${client}`
  const peerUrl = `http://127.0.0.1:${peer}`
  etcd = await ports.launcher.start({
    argv: [
      binary.etcd,
      '--name=m1',
      `--data-dir=${at('data')}`,
      `--listen-client-urls=${endpoint}`,
      `--advertise-client-urls=${endpoint}`,
      `--listen-peer-urls=${peerUrl}`,
      `--initial-advertise-peer-urls=${peerUrl}`,
      `--initial-cluster=m1=${peerUrl}`,
    ],
    environment: { DB_PASSWORD: SECRETS.environment },
    log: at('etcd.log'),
  })
  await plant()
  await putRow()
})
after(async () => {
  await etcd?.kill()
  await rm(directory, { recursive: true, force: true })
})

async function session(args: readonly string[]): Promise<{ printed: string; code: number }> {
  let printed = ''
  const sink = { write: (text: string) => (printed += text) }
  const code = await run(args, {
    index: commands,
    ports: wire,
    around: {
      stdout: sink,
      stderr: sink,
      environment: { ETCDKEEP_DEBUG: '1' },
      signal: new AbortController().signal,
    },
  })
  return { printed, code }
}

function assertClean(text: string, where: string): void {
  for (const secret of FORBIDDEN)
    assert.equal(text.includes(secret), false, `${where} shows ${secret.slice(0, 6)}…`)
}

const here = () => ['--manifests', at('manifests'), '--pid', String(etcd?.pid), '--timeout', '2s']

for (const format of ['text', 'json', 'yaml', 'sarif', 'junit', 'html', 'markdown'])
  test(`check -o ${format} shows no secret`, async () => {
    const facts = at(`facts-${format}.json`)
    const saving = ['--save-facts', facts, '--report', at('report.html')]
    const { printed, code } = await session(['check', ...here(), '-o', format, ...saving])
    assert.equal(code, 1, printed.slice(0, 400))
    assert.match(printed, /secrets-encrypted/)
    assertClean(printed, format)
    assertClean(await readFile(facts, 'utf8'), 'the saved facts')
    assertClean(await readFile(at('report.html'), 'utf8'), 'the report')
  })

const MISTAKES: readonly (readonly [string, () => readonly string[]])[] = [
  ['a key for a certificate', () => ['--cert', at('server.key'), '--key', at('server.key')]],
  ['no certificate at all', () => ['--cert', at('password'), '--key', at('tokens.csv')]],
  ['a key for a CA', () => ['--cacert', at('server.key')]],
  ['a password in a URL', () => ['--endpoints', `https://u:${SECRETS.url}@127.0.0.1:1`]],
  ['a wrong login', () => ['--user', 'root', '--password-file', at('password')]],
  ['secrets for facts', () => ['--facts', at('tokens.csv')]],
  ['secrets for waivers', () => ['--waivers', at('encryption.yaml')]],
  ['secrets for a baseline', () => ['--baseline', at('server.key')]],
  ['secrets for a snapshot', () => ['--snapshot', at('server.key')]],
]
for (const [name, flags] of MISTAKES)
  test(`errors show no secret: ${name}`, async () => {
    const { printed } = await session(['check', ...here(), ...flags(), '-o', 'json'])
    assertClean(printed, name)
    assert.doesNotMatch(printed, /this is a bug/)
  })
