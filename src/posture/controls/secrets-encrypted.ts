import { known } from '../../core/fact.ts'
import { defineControl, fail, notApplicable, pass, unknown } from '../control.ts'
import { cluster, keyspace, stored } from '../example-encryption.ts'
import { member, seen } from '../example.ts'
import { cis } from '../references.ts'
import { rowEvidence, storedCluster } from '../rules/encryption-state.ts'

export default defineControl({
  id: 'secrets-encrypted',
  title: 'Every Secret lies encrypted in etcd',
  severity: 'high',
  area: 'at rest',
  rationale:
    'A configuration says what the API server will write; the rows say what is there. Secrets that were written before ' +
    'encryption was switched on stay in the clear until they are written again, and each backup carries them. ' +
    'All rows of the keyspace are counted, by the magic in front of the value.',
  remediation:
    'Configure encryption, then write every Secret again (kubectl get secrets -A -o json | kubectl replace -f -).',
  references: [
    ...cis('encryption-providers'),
    { standard: 'NSA/CISA 1.2', id: 'Kubernetes Secrets' },
  ],
  needs: ['keyspace'],
  subjects: storedCluster,
  judge(all, { need }) {
    const keyspace = need(all.keyspace)
    if (keyspace.resources.length === 0)
      return notApplicable(`none of the ${keyspace.keys} keys belongs to Kubernetes`)
    const secrets = keyspace.resources.find((one) => one.resource === 'secrets')
    if (!secrets || secrets.rows === 0) return notApplicable('no Secret is stored')
    const clearFirst = secrets.stored.toSorted(
      (a, b) => Number(b.provider === 'plaintext') - Number(a.provider === 'plaintext'),
    )
    const evidence = clearFirst.map((row) => rowEvidence(keyspace, 'secrets', row))
    const [first, ...rest] = evidence
    const count = (provider: string) =>
      secrets.stored
        .filter((row) => row.provider === provider)
        .reduce((sum, row) => sum + row.rows, 0)
    const clear = count('plaintext')
    if (clear > 0 && first)
      return fail(`${clear} of ${secrets.rows} Secrets lie in the clear`, [first, ...rest])
    if (count('unknown') > 0 || !first)
      return unknown(
        `${count('unknown')} of ${secrets.rows} Secrets are stored in a way that is not known`,
        undefined,
        evidence,
      )
    return pass(`all ${secrets.rows} Secrets are encrypted`, first, ...rest)
  },
  examples: [
    {
      name: 'all encrypted',
      given: cluster(null, stored('secrets', ['aescbc', 'key1'], ['kms-v2', 'vault'])),
      expect: { etcd: 'pass' },
    },
    {
      name: 'one left in the clear',
      given: cluster(null, stored('secrets', ['aescbc', 'key1'], ['plaintext'])),
      expect: { etcd: 'fail' },
    },
    {
      name: 'a provider nobody knows',
      given: cluster(null, stored('secrets', ['unknown', 'rot13:v1'])),
      expect: { etcd: 'unknown' },
    },
    {
      name: 'an etcd that serves no Kubernetes',
      given: seen({ members: [member()], keyspace: known(keyspace()) }),
      expect: { etcd: 'not-applicable' },
    },
    {
      name: 'the keyspace could not be read',
      given: seen({ members: [member()] }),
      expect: { etcd: 'unknown' },
    },
  ],
})
