import { known, missing } from '../../core/fact.ts'
import type { Evidence } from '../../core/finding.ts'
import { defineControl, fail, notApplicable, pass } from '../control.ts'
import { cluster, keyspace, stored } from '../example-encryption.ts'
import { member, seen } from '../example.ts'
import type { KeyspaceFacts, Remnants } from '../facts/keyspace.ts'
import { storedCluster } from '../rules/encryption-state.ts'
import { cis } from '../references.ts'

const unseen = missing(
  'no database file was looked at',
  "--snapshot FILE, or the right to read the member's data directory",
)

const evidence = ({ source, oldRevisions, freePages, example }: Remnants): Evidence => ({
  source,
  observed:
    `${oldRevisions} in old revisions, ${freePages} in free pages` +
    (example === undefined ? '' : `, for example ${example}`),
  layer: 'proven',
  stable: oldRevisions + freePages === 0 ? 'none' : 'Secrets in the clear',
})

const given = (remnants: KeyspaceFacts['remnants']) =>
  seen({
    members: [member()],
    keyspace: known({
      ...keyspace(stored('secrets', ['aescbc', 'key1'])),
      ...(remnants && { remnants }),
    }),
  })
const left = (oldRevisions: number, freePages: number) =>
  given(known([{ source: 'snapshot /backup/etcd.db', oldRevisions, freePages }]))

export default defineControl({
  id: 'plaintext-remnants',
  title: 'No Secret in the clear is left in the database file',
  severity: 'medium',
  area: 'at rest',
  rationale:
    'Writing a Secret again encrypts its newest revision. What stood there before stays in the file: as an old ' +
    'revision until it is compacted, then in a free page until the member is defragmented, and in every snapshot ' +
    'that was taken meanwhile. Whoever gets the disk or a backup reads it with a hex viewer.',
  remediation:
    'Write every Secret again, compact, defragment each member, take a new snapshot, and let the old ones expire. ' +
    'Change the Secrets where a copy may have left the house.',
  references: cis('encryption-providers'),
  needs: ['keyspace'],
  subjects: storedCluster,
  judge(all, { need }) {
    const { resources, remnants } = need(all.keyspace)
    const secrets = resources.find((one) => one.resource === 'secrets')
    if (!secrets || secrets.rows === 0) return notApplicable('no Secret is stored')
    if (secrets.stored.some((one) => one.provider === 'plaintext'))
      return notApplicable('Secrets are stored in the clear now: secrets-encrypted tells of them')
    const files = need(remnants ?? unseen)
    const bad = files.filter((one) => one.oldRevisions + one.freePages > 0)
    const [worst, ...others] = bad.map(evidence)
    const count = bad.reduce((sum, one) => sum + one.oldRevisions + one.freePages, 0)
    if (worst)
      return fail(`${count} copies of Secrets lie in the clear behind the encrypted ones`, [
        worst,
        ...others,
      ])
    const [first = unseen, ...rest] = files.map(evidence)
    return 'known' in first
      ? need<never>(first)
      : pass('no copy in the clear is left', first, ...rest)
  },
  examples: [
    { name: 'nothing is left', given: left(0, 0), expect: { etcd: 'pass' } },
    { name: 'not compacted yet', given: left(3, 0), expect: { etcd: 'fail' } },
    { name: 'compacted and not defragmented', given: left(0, 7), expect: { etcd: 'fail' } },
    { name: 'no file was read', given: given(undefined), expect: { etcd: 'unknown' } },
    {
      name: 'in the clear even now',
      given: cluster(null, stored('secrets', ['plaintext'])),
      expect: { etcd: 'not-applicable' },
    },
  ],
})
