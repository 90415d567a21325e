import { missing } from '../../core/fact.ts'
import { defineControl, fail, type Judgement, notApplicable, pass } from '../control.ts'
import { aescbc, config, configured, entry, kms } from '../example-encryption.ts'
import { seen } from '../example.ts'
import { cis } from '../references.ts'
import { configEvidence, judgeEncryptions } from '../rules/encryption-state.ts'
import { apiservers } from '../subjects.ts'
import type { EncryptionConfig } from '../facts/keyspace.ts'

type Key = EncryptionConfig['resources'][number]['providers'][number]['keys'][number]

/** Why a key is not to be trusted, without a word about its bytes. */
function complaint({ weak, sameAs, nameTaken }: Key): string | undefined {
  if (weak !== undefined) return `no random key: ${weak}`
  if (sameAs !== undefined) return `the same key as ${sameAs}, under another name or provider`
  return nameTaken ? 'its name is taken by an earlier key: rows cannot be told apart' : undefined
}

function judgeKeys(encryption: EncryptionConfig): Judgement {
  const keys = encryption.resources
    .flatMap((entry) => entry.providers)
    .flatMap((provider) => provider.keys.map((key) => ({ key, kind: provider.kind })))
  if (keys.length === 0) return notApplicable('the configuration holds no keys')
  const [bad, ...more] = keys.flatMap(({ key, kind }) => {
    const why = complaint(key)
    return why === undefined
      ? []
      : [configEvidence(encryption, `${kind} key "${key.name}": ${why}`)]
  })
  if (bad) return fail(bad.observed, [bad, ...more])
  const sizes = keys.map(({ key, kind }) => `${kind} "${key.name}" ${key.bytes} bytes`)
  return pass('nothing speaks against the keys', configEvidence(encryption, sizes.join(', ')))
}

const withKey = (key: Omit<Key, 'name' | 'bytes'>) =>
  config(entry('secrets', { kind: 'aescbc', keys: [{ name: 'key1', bytes: 32, ...key }] }))

export default defineControl({
  id: 'encryption-key-quality',
  title: 'Encryption keys are random and each is used once',
  severity: 'high',
  area: 'at rest',
  rationale:
    'A key that was typed, copied from the documentation or made of counting bytes is guessed in no time. ' +
    'A rotation to the same key rotates nothing.',
  remediation: 'Make keys with: head -c 32 /dev/urandom | base64. Then rotate to them.',
  references: cis('encryption-providers'),
  needs: ['files'],
  subjects: apiservers,
  judge: (apiserver) => judgeEncryptions(apiserver, judgeKeys),
  examples: [
    {
      name: 'a random key',
      given: seen({ apiservers: [configured(config(entry('secrets', aescbc('key1'))))] }),
      expect: { 'kube-apiserver': 'pass' },
    },
    {
      name: 'a key of the documentation',
      given: seen({ apiservers: [configured(withKey({ weak: 'example of the documentation' }))] }),
      expect: { 'kube-apiserver': 'fail' },
    },
    {
      name: 'rotated to itself',
      given: seen({
        apiservers: [configured(withKey({ sameAs: 'resources[0].providers[0].aescbc.keys[0]' }))],
      }),
      expect: { 'kube-apiserver': 'fail' },
    },
    {
      name: 'keys are kept elsewhere',
      given: seen({ apiservers: [configured(config(entry('secrets', kms('v2'))))] }),
      expect: { 'kube-apiserver': 'not-applicable' },
    },
    {
      name: 'the file may not be read',
      given: seen({ apiservers: [{ ...configured(null), encryption: missing('not read') }] }),
      expect: { 'kube-apiserver': 'unknown' },
    },
  ],
})
