import { backedUpBy, exampleRepository, nothingNamed, storeDown } from '../backup-example.ts'
import { defineControl, fail, pass } from '../control.ts'
import { exampleFile } from '../example-file.ts'
import { seen } from '../example.ts'
import type { Observation } from '../observation.ts'
import type { Evidence } from '../../core/finding.ts'
import { member } from '../example.ts'
import { backedUp, evidence, ofThisCluster, readable } from '../judge-backups.ts'

const copies = ({ files }: Observation): readonly Evidence[] =>
  files
    .filter(({ role, real }) => role === 'snapshot' && real.known)
    .map(({ path }) => ({
      source: `file ${path}`,
      observed: 'a database in the clear',
      layer: 'running' as const,
    }))

export default defineControl({
  id: 'backup-encrypted',
  title: 'Snapshots are encrypted where they are kept',
  severity: 'high',
  area: 'backups',
  rationale:
    'A plain snapshot is the whole keyspace for whoever reads the disk, the bucket or the tape: Secrets, deleted ones ' +
    'too, users and password hashes. Encryption by the store is open to everybody who may read the store.',
  remediation:
    'Save with etcdkeep snapshot save --recipient age1…, and remove plain copies once a sealed one was verified.',
  references: [],
  needs: ['backups', 'files'],
  subjects: backedUp,
  judge(all, look) {
    const [first, ...rest] = copies(all)
    if (first) return fail('a plain snapshot lies on this host', [first, ...rest])
    const sealed = readable(look).flatMap(({ name, list }) =>
      ofThisCluster(list, all).map((one) => ({ name, one })),
    )
    const [newest] = sealed
    if (!newest) {
      const [place] = readable(look)
      return fail('there is no encrypted snapshot', [
        evidence(place?.name ?? '', 'no whole snapshot'),
      ])
    }
    const { name, one } = newest
    const readers = one.readers.map(({ service, key }) => `${service} ${key}`).join(', ')
    return pass(
      `snapshot ${one.sequence} is sealed with AES-256-GCM, for ${readers}`,
      evidence(name, `sealed for ${readers}`),
    )
  },
  examples: [
    { name: 'sealed', given: backedUpBy([exampleRepository()]), expect: { etcd: 'pass' } },
    {
      name: 'sealed, but a plain copy lies beside the data directory',
      given: backedUpBy([exampleRepository()], {
        files: [exampleFile(0o600, { path: '/var/lib/etcd-backup/monday.db', role: 'snapshot' })],
      }),
      expect: { etcd: 'fail' },
    },
    {
      name: 'plain copies are all there is to see',
      given: seen({
        members: [member()],
        files: [exampleFile(0o600, { path: '/var/lib/etcd-backup/monday.db', role: 'snapshot' })],
      }),
      expect: { etcd: 'fail' },
    },
    {
      name: 'an empty repository',
      given: backedUpBy([exampleRepository([])]),
      expect: { etcd: 'fail' },
    },
    storeDown,
    nothingNamed,
  ],
})
