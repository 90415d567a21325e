import assert from 'node:assert/strict'
import { test } from 'node:test'
import { KeepError } from '../core/error.ts'
import { parseConfigFile } from '../effective/config-file.ts'
import { editConfig } from './edit-config.ts'

const FILE = `# etcd of host a
name: a # never change
Listen-Client-URLs: http://10.0.0.1:2379   # clients

peer-transport-security:
  # of the peers
  cert-file: /pki/peer.crt
  client-cert-auth: false
  auto-tls: true
data-dir: /var/lib/etcd
`

test('keys change where they stand; comments, order and spelling stay', () => {
  const after = editConfig(FILE, {
    'listen-client-urls': 'https://10.0.0.1:2379',
    'client-cert-auth': 'true',
    'cert-file': '/pki/server.crt',
    'peer-client-cert-auth': 'true',
    'peer-auto-tls': undefined,
    'auto-tls': undefined,
    'cipher-suites': 'A,B',
  })
  assert.equal(
    after,
    `# etcd of host a
name: a # never change
Listen-Client-URLs: https://10.0.0.1:2379 # clients

peer-transport-security:
  # of the peers
  cert-file: /pki/peer.crt
  client-cert-auth: true
data-dir: /var/lib/etcd
client-transport-security:
  client-cert-auth: true
  cert-file: /pki/server.crt
cipher-suites:
  - A
  - B
`,
  )
  const { settings, problems } = parseConfigFile(after)
  assert.deepEqual(problems, [])
  assert.equal(settings['client-cert-auth'], 'true')
  assert.equal(settings['peer-client-cert-auth'], 'true')
  assert.equal(settings['listen-client-urls'], 'https://10.0.0.1:2379')
})

test('nothing to change gives the very same text', () => {
  assert.equal(editConfig(FILE, { name: 'a', 'auto-tls': undefined }), FILE)
})

test('an empty file becomes one with the keys', () => {
  assert.equal(
    parseConfigFile(editConfig('# nothing yet\n', { 'key-file': '/k' })).settings['key-file'],
    '/k',
  )
})

for (const [what, source, change] of [
  ['no YAML', 'a: [', { name: 'b' }],
  ['a list', '- a', { name: 'b' }],
  ['a key twice', 'Name: a\nname: b\n', { name: 'c' }],
  ['a section that is text', 'client-transport-security: x\n', { 'cert-file': '/c' }],
  ['a setting that has no key', 'name: a\n', { 'client-crl-file': '/c' }],
] as const)
  test(`refused with a hint: ${what}`, () => {
    assert.throws(
      () => editConfig(source, change),
      (thrown) => thrown instanceof KeepError && thrown.kind === 'config' && thrown.hint !== '',
    )
  })
