import { missing, valueOf } from '../../core/fact.ts'
import { defineControl, fail, type Judgement, pass, unknown } from '../control.ts'
import {
  aescbc,
  cluster,
  config,
  configured,
  entry,
  identity,
  stored,
} from '../example-encryption.ts'
import { seen } from '../example.ts'
import type { EncryptionConfig } from '../facts/keyspace.ts'
import type { Observation } from '../observation.ts'
import { cis } from '../references.ts'
import {
  configEvidence,
  encrypts,
  judgeEncryptions,
  rowEvidence,
  rowsOf,
} from '../rules/encryption-state.ts'
import { apiservers } from '../subjects.ts'

function judgeCoverage(encryption: EncryptionConfig, all: Observation): Judgement {
  const names = encryption.resources.flatMap((entry) => entry.resources).join(', ')
  const seen = configEvidence(encryption, `names ${names}`)
  if (encryption.resources.length > 0 && !encrypts(encryption, 'secrets'))
    return fail(`no entry encrypts secrets (it names ${names})`, [seen])
  if (encryption.resources.length === 0 || encryption.errors.length > 0)
    return unknown('kube-apiserver would not load the file: see encryption-configured')
  const [idle] = encryption.warnings.filter((one) => one.includes('nothing is'))
  if (idle !== undefined) return fail(idle, [configEvidence(encryption, idle)])
  const keyspace = valueOf(all.keyspace)
  const [clear, ...more] = (keyspace ? rowsOf(keyspace) : [])
    .filter(
      ({ resource, row }) =>
        resource !== 'secrets' && row.provider === 'plaintext' && encrypts(encryption, resource),
    )
    .map(({ resource, row }) => keyspace && rowEvidence(keyspace, resource, row))
    .filter((one) => one !== undefined)
  if (clear) return fail('rows of a resource it names still lie in the clear', [clear, ...more])
  return pass(`secrets are covered (it names ${names})`, seen)
}

const covers = (resources: string) => configured(config(entry(resources, aescbc('key1'), identity)))

export default defineControl({
  id: 'encryption-coverage',
  title: 'Secrets, and all that the configuration names, are encrypted in fact',
  severity: 'high',
  area: 'at rest',
  rationale:
    'A configuration that names only configmaps, or "secret" for "secrets", loads without a word and encrypts no Secret. ' +
    'A resource that was named later keeps its old rows in the clear until they are written again.',
  remediation:
    'Name secrets (or *. or *.*) in an entry with an encrypting provider first; write old objects again.',
  references: cis('encryption-providers'),
  needs: ['files', 'keyspace'],
  subjects: apiservers,
  judge: (apiserver, { all }) =>
    judgeEncryptions(apiserver, (encryption) => judgeCoverage(encryption, all)),
  examples: [
    {
      name: 'secrets by name',
      given: seen({ apiservers: [covers('secrets configmaps')] }),
      expect: { 'kube-apiserver': 'pass' },
    },
    {
      name: 'secrets by wildcard',
      given: seen({ apiservers: [covers('*.*')] }),
      expect: { 'kube-apiserver': 'pass' },
    },
    {
      name: 'configmaps alone',
      given: seen({ apiservers: [covers('configmaps')] }),
      expect: { 'kube-apiserver': 'fail' },
    },
    {
      name: 'a group that secrets do not belong to',
      given: seen({ apiservers: [covers('*.apps')] }),
      expect: { 'kube-apiserver': 'fail' },
    },
    {
      name: 'old rows of a resource that is named',
      given: cluster(
        config(entry('secrets configmaps', aescbc('key1'), identity)),
        stored('configmaps', ['plaintext'], ['aescbc', 'key1']),
      ),
      expect: { 'kube-apiserver': 'fail' },
    },
    {
      name: 'the file may not be read',
      given: seen({ apiservers: [{ ...configured(null), encryption: missing('not read') }] }),
      expect: { 'kube-apiserver': 'unknown' },
    },
  ],
})
