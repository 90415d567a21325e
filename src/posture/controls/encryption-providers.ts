import { known, missing } from '../../core/fact.ts'
import { defineControl, fail, type Judgement, notApplicable, pass, unknown } from '../control.ts'
import { aescbc, config, configured, entry, identity, kms } from '../example-encryption.ts'
import { seen } from '../example.ts'
import type { EncryptionConfig } from '../facts/keyspace.ts'
import { cis } from '../references.ts'
import { configEvidence, judgeEncryptions, providersOf } from '../rules/encryption-state.ts'
import { apiservers } from '../subjects.ts'

function judgeProviders(encryption: EncryptionConfig): Judgement {
  const [first] = providersOf(encryption, 'secrets')
  if (encryption.resources.length > 0 && !first)
    return notApplicable('no entry holds for secrets: see encryption-coverage')
  if (first?.kind === 'identity')
    return fail('identity is the first provider for secrets: they are written in the clear', [
      configEvidence(encryption, 'first provider for secrets: identity'),
    ])
  if (first?.kms?.apiVersion === 'v1') {
    const wrong =
      'secrets are written by KMS v1: deprecated, and off by default since Kubernetes 1.29'
    return fail(wrong, [configEvidence(encryption, 'first provider for secrets: kms v1')])
  }
  if (!first || encryption.errors.length > 0)
    return unknown('kube-apiserver would not load the file: see encryption-configured')
  return pass(
    `secrets are written by ${first.kind}`,
    configEvidence(encryption, `first provider for secrets: ${first.kind}`),
  )
}

export default defineControl({
  id: 'encryption-providers',
  title: 'The provider that writes Secrets encrypts them',
  severity: 'high',
  area: 'at rest',
  rationale:
    'The first provider of the entry that holds for a resource writes; the others only read. identity in front means ' +
    'plain text, however many good providers follow. An exact name wins over *.group, and that over *.*; ' +
    'a comment, or the provider of another entry, counts for nothing. KMS v1 is deprecated: an API server of 1.29 or ' +
    'newer does not start with it unless a feature gate is opened.',
  remediation:
    'Put an encrypting provider first and identity last in the entry that holds for secrets.',
  references: cis('encryption-providers'),
  needs: ['files'],
  subjects: apiservers,
  judge: (apiserver) => judgeEncryptions(apiserver, judgeProviders),
  examples: [
    {
      name: 'encrypts, and reads what is still in the clear',
      given: seen({ apiservers: [configured(config(entry('secrets', aescbc('key1'), identity)))] }),
      expect: { 'kube-apiserver': 'pass' },
    },
    {
      name: 'identity for another resource',
      given: seen({
        apiservers: [
          configured(config(entry('secrets', kms('v2'), identity), entry('configmaps', identity))),
        ],
      }),
      expect: { 'kube-apiserver': 'pass' },
    },
    {
      name: 'identity first',
      given: seen({ apiservers: [configured(config(entry('secrets', identity, aescbc('key1'))))] }),
      expect: { 'kube-apiserver': 'fail' },
    },
    {
      name: 'KMS v1, which a newer API server refuses',
      given: seen({ apiservers: [configured(config(entry('secrets', kms('v1'), identity)))] }),
      expect: { 'kube-apiserver': 'fail' },
    },
    {
      name: 'the process has a good file, its manifest names a bad one',
      given: seen({
        apiservers: [
          {
            ...configured(config(entry('secrets', aescbc('key1')))),
            declaredFiles: { encryption: known(config(entry('secrets', identity))), access: {} },
          },
        ],
      }),
      expect: { 'kube-apiserver': 'fail' },
    },
    {
      name: 'an exact name opts out of a wildcard',
      given: seen({
        apiservers: [configured(config(entry('secrets', identity), entry('*.*', aescbc('key1'))))],
      }),
      expect: { 'kube-apiserver': 'fail' },
    },
    {
      name: 'nothing configured',
      given: seen({ apiservers: [configured(null)] }),
      expect: { 'kube-apiserver': 'not-applicable' },
    },
    {
      name: 'the file may not be read',
      given: seen({ apiservers: [{ ...configured(null), encryption: missing('not read') }] }),
      expect: { 'kube-apiserver': 'unknown' },
    },
  ],
})
