import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { assert as checkAll, json, oneof, property, string } from 'fast-check'
import { KeepError } from '../core/error.ts'
import { parseConfig } from './parse-config.ts'
import { A_FILE, settingsFor } from './settings.ts'

const PATH = '/etc/etcdkeep/etcdkeep.yaml'
const FULL = `
cluster:
  endpoints: [https://10.0.0.1:2379]
  cacert: pki/ca.crt
  cert: pki/client.crt
  key: { file: pki/client.key }
snapshots:
  stores: [../backups, 's3://bucket/etcd?region=eu']
  trust: [signing.pub, 'ed25519:AAAA']
  anchors: [anchor.json, 'store:/mnt/other', 'copy:copies', 'etcd:/etcdkeep']
  signingKey: { file: signing.pem }
  recordKey: { file: record.pem }
  recipients: [age1abc, 'key-file:sealing.key']
  rpo: 12h
  retention: { daily: 7 }
`
const full = () => parseConfig(FULL, PATH)
const settings = (command: string, ...written: string[]) =>
  Object.fromEntries(settingsFor(command, full(), new Set(written)))

function refusal(text: string): KeepError {
  try {
    parseConfig(text, PATH)
  } catch (thrown) {
    if (thrown instanceof KeepError) return thrown
    throw thrown
  }
  throw new assert.AssertionError({ message: 'it was taken' })
}

test('settings stand for the flags of a save, paths seen from the folder of the file', () => {
  assert.deepEqual(settings('snapshot/save'), {
    repository: ['/etc/backups'],
    'copy-to': ['s3://bucket/etcd?region=eu'],
    trust: ['/etc/etcdkeep/signing.pub', 'ed25519:AAAA'],
    anchor: [
      '/etc/etcdkeep/anchor.json',
      'store:/mnt/other',
      'copy:/etc/etcdkeep/copies',
      'etcd:/etcdkeep',
    ],
    'sign-with': ['/etc/etcdkeep/signing.pem'],
    recipient: ['age1abc', 'key-file:/etc/etcdkeep/sealing.key'],
    endpoints: ['https://10.0.0.1:2379'],
    cacert: ['/etc/etcdkeep/pki/ca.crt'],
    cert: ['/etc/etcdkeep/pki/client.crt'],
    key: ['/etc/etcdkeep/pki/client.key'],
  })
})

test('who records signs with the key for records', () => {
  const prune = settings('snapshot/prune')
  assert.deepEqual(prune['sign-with'], ['/etc/etcdkeep/record.pem'])
  assert.deepEqual(prune['keep-daily'], ['7'])
})

test('a flag that is given takes away what belongs to the setting it replaces', () => {
  assert.deepEqual(Object.keys(settings('snapshot/save', A_FILE)), [
    'endpoints',
    'cacert',
    'cert',
    'key',
  ])
  const other = settings('snapshot/save', 'repository', 'endpoints')
  assert.deepEqual(
    ['repository', 'copy-to', 'anchor', 'endpoints', 'cacert', 'cert', 'key'].filter(
      (flag) => flag in other,
    ),
    [],
  )
  assert.ok('trust' in other)
  assert.ok(!('keep-daily' in settings('snapshot/prune', 'keep-last')))
})

test('check judges every store, where somebody is trusted', () => {
  assert.deepEqual(settings('check')['repository'], ['/etc/backups', 's3://bucket/etcd?region=eu'])
  assert.deepEqual(settings('check')['rpo'], ['12h'])
  const untrusting = parseConfig('snapshots: { stores: [/b] }', PATH)
  assert.ok(!settingsFor('check', untrusting, new Set()).has('repository'))
})

const MISTAKES: readonly (readonly [text: string, message: RegExp, hint: RegExp])[] = [
  ['snapshot: {}', /there is no snapshot$/, /did you mean snapshots\?/],
  ['snapshots: { strores: [] }', /no strores in snapshots/, /did you mean stores\?/],
  ['snapshots: { retention: { dayly: 7 } }', /no dayly in snapshots.retention/, /daily\?/],
  ['snapshots: { rpo: 12 }', /snapshots\.rpo: /, /12h/],
  ['snapshots: { rpo: soon }', /snapshots\.rpo: a duration/, /12h/],
  ['snapshots: { retention: { daily: -1 } }', /snapshots\.retention\.daily/, /days/],
  ['snapshots: { signingKey: MARKER }', /snapshots\.signingKey: /, /file: PATH/],
  ['cluster: { key: { env: X } }', /no env in cluster\.key/, /file/],
  ['- a', /expected object/i, /./],
  ['a: [', /etcdkeep\.yaml: /, /YAML/],
]
for (const [text, message, hint] of MISTAKES)
  test(`a mistake is told with its place: ${text}`, () => {
    const error = refusal(text)
    assert.deepEqual([error.kind, error.code], ['config', 'config.invalid'])
    assert.match(error.message, message)
    assert.match(error.hint ?? '', hint)
    assert.doesNotMatch(`${error.message}${error.hint}`, /MARKER/)
  })

test('an empty file says nothing', () => {
  assert.deepEqual(parseConfig('# nothing yet\n', PATH).config, {})
})

test('any text is taken or refused as a configuration', () => {
  checkAll(
    property(oneof(string(), json()), (text) => {
      try {
        parseConfig(text, PATH)
      } catch (thrown) {
        assert.ok(thrown instanceof KeepError && thrown.kind === 'config', String(thrown))
      }
    }),
  )
})

test('the example of the reference page is a configuration', async () => {
  const page = await readFile('docs/reference/configuration.md', 'utf8')
  const [, example = ''] = /```yaml\n([\s\S]*?)```/.exec(page) ?? []
  assert.equal(parseConfig(example, PATH).config.snapshots?.rpo, '12h')
})
