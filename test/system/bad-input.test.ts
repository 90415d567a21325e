// Whatever is named on the command line or lies on the disk: a clear error or an unknown, never a crash, never a wait.
import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { chmod, mkdir, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { issue } from '../../src/pki/issue.ts'
import { privatePem } from '../../src/pki/key.ts'
import { authority, client } from '../../src/pki/profiles.ts'
import { startCluster } from '../support/cluster.ts'
import { check, session } from '../support/session.ts'

let directory = ''
const at = (name: string) => join(directory, name)
const put = (name: string, text: string | Uint8Array) => writeFile(at(name), text, { mode: 0o600 })

before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'etcdkeep-bad-input-'))
  const life = { now: new Date(), days: 1 }
  const ca = await issue(authority('ca', life))
  const [one, other] = [await issue(client('one', life), ca), await issue(client('two', life), ca)]
  await put('one.crt', one.pem)
  await put('one.key', privatePem(one.key).reveal())
  await put('other.key', privatePem(other.key).reveal())
  const locked = privatePem(one.key).reveal().replaceAll('PRIVATE', 'ENCRYPTED PRIVATE')
  await put('locked.key', locked)
  const body = Buffer.alloc(300, 7).toString('base64')
  await put('der-garbage.crt', `-----BEGIN CERTIFICATE-----\n${body}\n-----END CERTIFICATE-----\n`)
  await put('empty', '')
  await put('nul', 'a\0b\0')
  await put('not-utf8', Buffer.from([0xff, 0xfe, 0xfa]))
  await put('huge', '')
  await truncate(at('huge'), 300 * 1024 * 1024)
  await mkdir(at('directory'))
  await symlink('loop', at('loop'))
  await symlink('nowhere', at('dangling'))
  execFileSync('mkfifo', [at('pipe')])
})
after(() => rm(directory, { recursive: true, force: true }))

const UNUSABLE = ['empty', 'nul', 'not-utf8', 'huge', 'directory', 'loop', 'dangling', 'pipe']
const HERE = ['--manifests', '/nonexistent', '--endpoints', 'http://127.0.0.1:1'] as const

for (const flag of ['cacert', 'facts', 'waivers', 'baseline'])
  test(`--${flag} of a file that is none is the user's mistake`, async () => {
    for (const name of [...UNUSABLE, 'missing/file', 'der-garbage.crt']) {
      const { code, error } = await check(...HERE, `--${flag}`, at(name))
      assert.equal(code, 2, `${name}: ${error?.message}`)
      assert.ok(error?.hint, name)
    }
  })

test('--root, --save-facts and --report want a place that exists', async () => {
  for (const name of ['empty', 'loop', 'dangling', 'pipe', 'missing/file'])
    assert.equal((await check(...HERE, '--root', at(name))).code, 2, name)
  for (const flag of ['--save-facts', '--report'])
    for (const name of ['missing/file', 'directory', 'pipe'])
      assert.equal((await check(...HERE, flag, at(name))).code, 2, `${flag} ${name}`)
})

const PAIRS: readonly (readonly [string, string, RegExp])[] = [
  ['one.crt', 'other.key', /does not belong to the certificate/],
  ['one.crt', 'locked.key', /passphrase/],
  ['one.crt', 'one.crt', /no PEM private key/],
  ['one.key', 'one.key', /no PEM certificate/],
  ['der-garbage.crt', 'one.key', /certificate 1 of 1 cannot be read/],
  ['one.crt', 'directory', /not a regular file/],
]
test('a certificate and a key that do not go together are told before anybody is asked', async () => {
  for (const [cert, key, why] of PAIRS) {
    const { code, error } = await check(...HERE, '--cert', at(cert), '--key', at(key))
    assert.equal(code, 2, `${cert} ${key}`)
    assert.match(error?.message ?? '', why)
  }
  const empty = await check(...HERE, '--user', 'root', '--password-file', at('empty'))
  assert.match(empty.error?.message ?? '', /--password-file .*: it is empty/)
})

test('endpoints that are none', async () => {
  for (const url of ['http://', 'https://[::1', 'ftp://a:1', '://', 'http://a:99999', 'a b', ' '])
    assert.equal((await check('--endpoints', url)).code, 2, url)
})

test('processes that are none of ours', async () => {
  const pids = [String(process.pid), '4194304', '2']
  for (const pid of pids) {
    const seen = await check('--pid', pid, '--manifests', '/nonexistent')
    assert.equal(seen.code, 3, pid)
    assert.deepEqual(seen.decided, [])
  }
})

const pod = (command: string, more = '') =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: etcd}\nspec:\n  containers:\n  - name: etcd\n    command: ${command}\n${more}`
const nine = (name: string) => `[${Array.from({ length: 9 }, () => `*${name}`).join(',')}]`
const MANIFESTS: Readonly<Record<string, string | Uint8Array>> = {
  'an alias bomb': `kind: Pod\na: &a [x]\n${'bcdefghij'
    .split('')
    .map((name, index) => `${name}: &${name} ${nine('abcdefghi'[index] ?? '')}`)
    .join('\n')}\n`,
  tabs: 'kind: Pod\n\tspec: x\n',
  'a repeated key': `${pod('[etcd]')}spec: 3\n`,
  'ten thousand documents': '---\na: 1\n'.repeat(10_000),
  'a map for a command': pod('{a: b}'),
  'numbers for words': pod('[etcd, 1, true]'),
  'a string for env': pod('[etcd]', '    env: hello\n'),
  'deep nesting': '['.repeat(100_000),
  'bytes of no text': Buffer.from(Array.from({ length: 4096 }, (_, index) => (index * 89) % 256)),
  'a key of a megabyte': `${'k'.repeat(1_000_000)}: 1`,
}
for (const [name, text] of Object.entries(MANIFESTS))
  test(`a manifest of ${name}: it is told, and no member is invented`, async () => {
    const manifests = await mkdtemp(at('manifests-'))
    await writeFile(join(manifests, 'etcd.yaml'), text)
    const seen = await check('--manifests', manifests, '--no-probe')
    assert.equal(seen.code, 3)
    assert.deepEqual(
      seen.troubles.map((one) => one.source),
      [join(manifests, 'etcd.yaml')],
    )
    assert.doesNotMatch(seen.out, /met a bug/)
  })

test('names full of escapes come out harmless in every format', async () => {
  const manifests = await mkdtemp(at('manifests-'))
  const hostile = String.raw`"etcd","--name=\u001b[31mm1\n<script>\u202e|x|","--data-dir=/no\u001b]0;x\u0007","--cert-file=/a\n<script>alert(1)</script>"`
  await writeFile(join(manifests, 'a\u001b[2J<script>.yaml'), pod(`[${hostile}]`))
  for (const format of ['text', 'json', 'yaml', 'sarif', 'junit', 'html', 'markdown']) {
    const { out, code } = await session([
      'check',
      '--manifests',
      manifests,
      '--no-probe',
      '-o',
      format,
    ])
    assert.equal(code, 1)
    assert.match(out, /m1/)
    assert.equal(out.replaceAll('\n', '').replaceAll(/\P{Cc}/gu, ''), '', format)
    if (format !== 'yaml') assert.doesNotMatch(out, /[\u202a-\u202e\u2066-\u2069]/, format)
    if (['junit', 'html', 'markdown'].includes(format)) assert.doesNotMatch(out, /<script>/, format)
  }
})

test('without a quorum the open door is proven all the same', async (t) => {
  const cluster = await startCluster(t, { members: 3, shape: 'wide-open' })
  if (!cluster) return
  const stopped = ['m2', 'm3'].map((name) => cluster.pid(name) ?? 0)
  for (const pid of stopped) process.kill(pid, 'SIGSTOP')
  try {
    const url = cluster.members[0]?.clientUrl ?? ''
    const seen = await check('--endpoints', url, '--manifests', '/nonexistent', '--timeout', '1s')
    assert.equal(seen.code, 1)
    assert.ok(seen.decided.includes('client-listener-tls: fail'), seen.decided.join())
    assert.ok(seen.decided.includes('anonymous-rpc: fail'), seen.decided.join())
  } finally {
    for (const pid of stopped) process.kill(pid, 'SIGCONT')
  }
})

test('an ordinary user is told what he may not read', async (t) => {
  if (process.getuid?.() !== 0) return t.skip('only root can become another user')
  const manifests = await mkdtemp(at('manifests-'))
  await writeFile(join(manifests, 'etcd.yaml'), pod('[etcd, --name=m1]'), { mode: 0o600 })
  await chmod(directory, 0o755)
  await chmod(manifests, 0o755)
  const asNobody = new URL('../support/as-nobody.ts', import.meta.url).pathname
  const argv = [asNobody, 'check', '--manifests', manifests, '--no-probe', '-o', 'json']
  const child = spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'inherit'] })
  let out = ''
  child.stdout.on('data', (chunk: Buffer) => (out += String(chunk)))
  const code = await new Promise((resolve) => child.once('close', resolve))
  const { findings, troubles } = JSON.parse(out)
  assert.equal(code, 3)
  assert.match(troubles[0].why, /may not be read/)
  const strays = findings.find((one: { control: string }) => one.control === 'manifest-strays')
  assert.equal(strays.verdict, 'unknown')
  assert.match(strays.missing, /as root/)
})

test('saved facts are judged as they were seen, and anything else is refused', async (t) => {
  const cluster = await startCluster(t, { shape: 'wide-open' })
  if (!cluster) return
  const saved = at('facts.json')
  const pid = String(cluster.pid('m1'))
  const live = await check('--manifests', cluster.manifests, '--pid', pid, '--save-facts', saved)
  const again = await check('--facts', saved)
  assert.ok(live.findings.length > 40)
  assert.deepEqual(again.findings, live.findings)
  assert.deepEqual(again.troubles, live.troubles)
  const text = execFileSync('cat', [saved], { encoding: 'utf8' })
  assert.doesNotMatch(text, /PRIVATE KEY-----/)
  const broken: readonly string[] = [
    text.slice(0, text.length / 2),
    text.replace('etcdkeep.facts/v1', 'etcdkeep.facts/v2'),
    text.replace('"members": [', '"members": [7,'),
    '{}',
    'null',
    '[]',
  ]
  for (const other of broken) {
    await put('tampered.json', other)
    const { code, error } = await check('--facts', at('tampered.json'))
    assert.equal(code, 2)
    assert.ok(error?.hint)
  }
})
