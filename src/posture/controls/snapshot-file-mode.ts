import { missing } from '../../core/fact.ts'
import { defineControl, fail, pass } from '../control.ts'
import { exampleFile } from '../example-file.ts'
import { seen } from '../example.ts'
import { modeEvidence, octal, ownerWrong } from '../rules/file-access.ts'
import { filesOf } from '../subjects.ts'

const FILE = '/var/lib/etcd-backup/monday.db'
const about = { path: FILE, role: 'snapshot' } as const

export default defineControl({
  id: 'snapshot-file-mode',
  title: 'Snapshots and copies of the database can be read by their owner alone',
  severity: 'high',
  area: 'backups',
  rationale:
    'A snapshot is the whole keyspace: every Secret that is not encrypted, deleted ones in its free pages, users and ' +
    'password hashes. Copies near the data directory and in the usual places are found by their content, whatever their name.',
  remediation: 'chmod 600 the file; move snapshots off the host and remove what is old.',
  references: [],
  needs: ['files'],
  subjects: filesOf('snapshot'),
  judge(file, { need }) {
    const { mode, uid } = need(file.real)
    const evidence = modeEvidence(file)
    if ((mode & 0o077) !== 0)
      return fail(
        `the copy of the database is open to others (${octal(mode)}, not 0600)`,
        [evidence],
        {
          id: 'file-mode',
          automatic: true,
          summary: `chmod 600 ${file.path}`,
        },
      )
    if (ownerWrong(file)) return fail(`it belongs to uid ${uid}`, [evidence])
    return pass(`only its owner (uid ${uid}) can read it (${octal(mode)})`, evidence)
  },
  examples: [
    {
      name: 'as etcdctl writes it',
      given: seen({ files: [exampleFile(0o600, about)] }),
      expect: { [FILE]: 'pass' },
    },
    {
      name: 'copied by a script',
      given: seen({ files: [exampleFile(0o644, about)] }),
      expect: { [FILE]: 'fail' },
    },
    {
      name: 'not to be seen',
      given: seen({ files: [exampleFile(0, { ...about, real: missing('not seen') })] }),
      expect: { [FILE]: 'unknown' },
    },
  ],
})
