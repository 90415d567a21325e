import { defineControl, fail, notApplicable, pass, unknown } from '../control.ts'
import {
  aescbc,
  cluster,
  config,
  entry,
  identity,
  keyspace,
  stored,
} from '../example-encryption.ts'
import { known } from '../../core/fact.ts'
import { member, seen } from '../example.ts'
import {
  isEncrypted,
  knownConfigs,
  rowEvidence,
  rowsOf,
  storedCluster,
  written,
} from '../rules/encryption-state.ts'

const rotating = config(entry('secrets', aescbc('key2', 'key1'), identity))

export default defineControl({
  id: 'stale-keys',
  title: 'No row is left under a key that no longer writes',
  severity: 'medium',
  area: 'at rest',
  rationale:
    'A rotation is over when every row is written with the new key. Until then the old key must be kept, and who has ' +
    'stolen it still reads those rows. A key that is in no configuration any more counts too. KMS v2 rows are told by the name of the plugin alone.',
  remediation: 'Write the objects again, then remove the old key from the configuration.',
  references: [],
  needs: ['files', 'keyspace'],
  subjects: storedCluster,
  judge(all, { need }) {
    const keyspace = need(all.keyspace)
    const rows = rowsOf(keyspace).filter(({ row }) => isEncrypted(row))
    if (rows.length === 0) return notApplicable('no row is encrypted')
    const configs = knownConfigs(all)
    if (configs.length === 0)
      return unknown(
        'no EncryptionConfiguration could be read, so the key that writes is not known',
        "run on the API server's host as root",
      )
    const [stale, ...more] = rows
      .filter(({ resource, row }) =>
        configs.some((config) => !config || !written(config, resource, row)),
      )
      .map(({ resource, row }) => rowEvidence(keyspace, resource, row))
    if (stale) return fail('rows are left under a key that no longer writes', [stale, ...more])
    const [seen, ...others] = rows.map(({ resource, row }) => rowEvidence(keyspace, resource, row))
    if (!seen) return notApplicable('no row is encrypted')
    return pass('no row lies under a key that only reads', seen, ...others)
  },
  examples: [
    {
      name: 'all under the key that writes',
      given: cluster(rotating, stored('secrets', ['aescbc', 'key2'])),
      expect: { etcd: 'pass' },
    },
    {
      name: 'one row under the old key',
      given: cluster(rotating, stored('secrets', ['aescbc', 'key2'], ['aescbc', 'key1'])),
      expect: { etcd: 'fail' },
    },
    {
      name: 'one row under a key that is configured no more',
      given: cluster(rotating, stored('secrets', ['aescbc', 'key2'], ['secretbox', 'key0'])),
      expect: { etcd: 'fail' },
    },
    {
      name: 'nothing encrypted',
      given: cluster(null, stored('secrets', ['plaintext'])),
      expect: { etcd: 'not-applicable' },
    },
    {
      name: 'no configuration to compare with',
      given: seen({
        members: [member()],
        keyspace: known(keyspace(stored('secrets', ['aescbc', 'key1']))),
      }),
      expect: { etcd: 'unknown' },
    },
  ],
})
