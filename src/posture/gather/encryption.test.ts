import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import { linuxHost } from '../../adapters/host/linux.ts'
import { known, missing } from '../../core/fact.ts'
import { apiserver, launch, seen } from '../example.ts'
import { assess } from '../assess.ts'
import type { Control } from '../control.ts'
import configured from '../controls/encryption-configured.ts'
import coverage from '../controls/encryption-coverage.ts'
import keyQuality from '../controls/encryption-key-quality.ts'
import providers from '../controls/encryption-providers.ts'
import { apiserverFiles } from './apiserver-files.ts'

const KEY = '8Nvq6XfV9o1jnJ5uZKmFk6Vz2S0Hq4b7TgYxW3cLdEo='
const OTHER = 'mB9t4Y0Jx1sR8eD2kLqWvN5hZ7uPaG3cTfXoEiSyHjU='

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'etcdkeep-encryption-'))
  mkdirSync(join(root, 'etc'))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

const server = async (
  file: string | undefined,
  flag = '/etc/enc.yaml',
  parts: { readonly image?: string; readonly declares?: string; readonly gates?: string } = {},
) => {
  if (file !== undefined) writeFileSync(join(root, 'etc/enc.yaml'), file)
  const { image, declares, gates } = parts
  const program = 'kube-apiserver' as const
  const flags = {
    'encryption-provider-config': flag,
    ...(gates !== undefined && { 'feature-gates': gates }),
  }
  const running = known(launch(flags, { program, ...(image !== undefined && { image }) }))
  const other = { 'encryption-provider-config': declares ?? '' }
  const declared =
    declares === undefined
      ? missing('no manifest')
      : known(launch(other, { program, layer: 'declared' }))
  const files = await apiserverFiles(linuxHost({ root }), { running, declared })
  return apiserver({ running, declared, ...files })
}
const head = 'apiVersion: apiserver.config.k8s.io/v1\nkind: EncryptionConfiguration\nresources:\n'
const verdict = async (control: Control, file: string | undefined, flag?: string) => {
  const findings = assess([control], seen({ apiservers: [await server(file, flag)] }))
  assert.ok(!JSON.stringify(findings).includes(KEY.slice(0, 12)), 'a key is told')
  return findings[0]?.verdict
}
const aescbc = (name: string, secret = KEY) =>
  `  - aescbc: {keys: [{name: ${name}, secret: "${secret}"}]}\n`
const entry = (resources: string, ...providers: string[]) =>
  `- resources: [${resources}]\n  providers:\n${providers.join('')}`
const IDENTITY = '  - identity: {}\n'

test('a flow-style or JSON file is as good as any', async () => {
  const json = JSON.stringify({
    apiVersion: 'apiserver.config.k8s.io/v1',
    kind: 'EncryptionConfiguration',
    resources: [
      {
        resources: ['secrets'],
        providers: [{ secretbox: { keys: [{ name: 'k', secret: KEY }] } }, { identity: {} }],
      },
    ],
  })
  for (const control of [configured, providers, coverage, keyQuality])
    assert.equal(await verdict(control, json), 'pass', control.id)
})

test('the entry that holds for secrets decides, not the last one and no comment', async () => {
  const hidden =
    head +
    entry('secrets', IDENTITY, aescbc('a')) +
    entry('configmaps', '  # secretbox\n', aescbc('b'))
  assert.equal(await verdict(providers, hidden), 'fail')
  const good = head + entry('secrets', aescbc('a'), IDENTITY) + entry('configmaps', IDENTITY)
  assert.equal(await verdict(providers, good), 'pass')
  assert.equal(await verdict(coverage, head + entry('configmaps', aescbc('a'))), 'fail')
  assert.equal(await verdict(coverage, head + entry('secret', aescbc('a'))), 'fail')
})

test('a file that is not there, or does not load, is no configuration', async () => {
  assert.equal(await verdict(configured, undefined), 'fail')
  assert.equal(await verdict(configured, undefined, '/elsewhere/enc.yaml'), 'unknown')
  assert.equal(await verdict(configured, head), 'fail')
  assert.equal(await verdict(configured, '\u0000garbage: ['), 'fail')
  assert.equal(
    await verdict(configured, head + entry("'*.*'", IDENTITY) + entry('secrets', aescbc('a'))),
    'fail',
  )
  assert.equal(await verdict(configured, undefined, ''), 'fail')
})

test('keys that are no keys are found, and never told', async () => {
  const one = (...list: string[]) => head + entry('secrets', ...list)
  assert.equal(await verdict(keyQuality, one(aescbc('a'))), 'pass')
  assert.equal(await verdict(keyQuality, one(aescbc('a'), aescbc('b', OTHER))), 'pass')
  assert.equal(await verdict(keyQuality, one(aescbc('a'), aescbc('b'))), 'fail')
  assert.equal(await verdict(keyQuality, one(aescbc('a', 'c2VjcmV0IGlzIHNlY3VyZQ=='))), 'fail')
  const twoEntries = one(aescbc('a')) + entry('configmaps', aescbc('a'))
  assert.equal(await verdict(keyQuality, twoEntries), 'pass')
})

test('two providers in one element are told without their keys', async () => {
  const both = `${head}- resources: [secrets]\n  providers:\n  - identity: {}\n    aescbc: {keys: [{name: k, secret: "${KEY}"}]}\n`
  assert.equal(await verdict(configured, both), 'fail')
})

test('KMS v1 keeps an API server of 1.29 or newer from starting, unless its gate is open', async () => {
  const kms = entry('secrets', '  - kms: {name: old, endpoint: "unix:///run/kms.sock"}\n')
  const configuredBy = async (image: string, gates?: string) => {
    const one = await server(head + kms, undefined, {
      image,
      ...(gates !== undefined && { gates }),
    })
    return assess([configured], seen({ apiservers: [one] }))[0]?.verdict
  }
  assert.equal(await configuredBy('registry.k8s.io/kube-apiserver:v1.33.1'), 'fail')
  assert.equal(await configuredBy('registry.k8s.io/kube-apiserver:v1.28.9'), 'pass')
  assert.equal(await configuredBy('kube-apiserver:v1.33.1', 'A=false,KMSv1=true'), 'pass')
  assert.equal(await configuredBy('kube-apiserver@sha256:00'), 'pass')
})

test('a file that only the manifest names is judged as well', async () => {
  writeFileSync(join(root, 'etc/next.yaml'), head + entry('secrets', '  - identity: {}\n'))
  const one = await server(head + entry('secrets', aescbc('key1')), undefined, {
    declares: '/etc/next.yaml',
  })
  const [finding] = assess([providers], seen({ apiservers: [one] }))
  assert.equal(finding?.verdict, 'fail')
  assert.equal(finding.layer, 'declared')
})
