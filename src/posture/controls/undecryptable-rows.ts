import { known } from '../../core/fact.ts'
import type { EncryptionConfig, ResourceRows } from '../facts/keyspace.ts'
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
import { member, seen } from '../example.ts'
import {
  isEncrypted,
  knownConfigs,
  readable,
  rowEvidence,
  rowsOf,
  storedCluster,
} from '../rules/encryption-state.ts'

type Stored = ResourceRows['stored'][number]

/** Without a configuration the API server reads what is in the clear, and refuses all else. */
const reads = (config: EncryptionConfig | null, resource: string, row: Stored) =>
  config ? readable(config, resource, row) : !isEncrypted(row)

const one = config(entry('secrets', aescbc('key1'), identity))

export default defineControl({
  id: 'undecryptable-rows',
  title: 'Every stored row has a provider and a key in the configuration',
  severity: 'high',
  area: 'at rest',
  rationale:
    'One row whose key is gone makes every LIST of its resource fail: controllers stop, and the object cannot even be deleted. ' +
    'Judged by the names in the rows; that a key of the right name decrypts is not tried. ' +
    'A row in the clear counts too, where identity is no provider of its resource.',
  remediation: 'Put the missing key or provider back, as the last one; write the objects again.',
  references: [],
  needs: ['files', 'keyspace'],
  subjects: storedCluster,
  judge(all, { need }) {
    const keyspace = need(all.keyspace)
    const rows = rowsOf(keyspace).filter(
      ({ row }) => isEncrypted(row) || row.provider === 'plaintext',
    )
    const configs = knownConfigs(all)
    if (!rows.some(({ row }) => isEncrypted(row)) && configs.every((config) => config === null))
      return notApplicable('no row is encrypted, and no encryption is configured')
    if (configs.length === 0)
      return unknown(
        'no EncryptionConfiguration could be read, so the keys at hand are not known',
        "run on the API server's host as root",
      )
    const evidence = ({ resource, row }: (typeof rows)[number]) =>
      rowEvidence(keyspace, resource, row)
    const [lost, ...more] = rows
      .filter(({ resource, row }) => configs.some((config) => !reads(config, resource, row)))
      .map(evidence)
    if (lost) return fail('an API server has no key for stored rows', [lost, ...more])
    const [first, ...others] = rows.map(evidence)
    return first
      ? pass('every row has a provider and a key by its name', first, ...others)
      : notApplicable('no row of Kubernetes is stored')
  },
  examples: [
    {
      name: 'every key is at hand',
      given: cluster(one, stored('secrets', ['aescbc', 'key1'], ['plaintext'])),
      expect: { etcd: 'pass' },
    },
    {
      name: 'a key was removed too early',
      given: cluster(one, stored('secrets', ['aescbc', 'key1'], ['aescbc', 'key0'])),
      expect: { etcd: 'fail' },
    },
    {
      name: 'the flag was taken away',
      given: cluster(null, stored('secrets', ['aescbc', 'key1'])),
      expect: { etcd: 'fail' },
    },
    {
      name: 'rows in the clear that no provider reads',
      given: cluster(config(entry('secrets', aescbc('key1'))), stored('secrets', ['plaintext'])),
      expect: { etcd: 'fail' },
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
