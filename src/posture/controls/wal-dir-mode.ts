import { known, missing } from '../../core/fact.ts'
import { defineControl, fail, notApplicable, pass } from '../control.ts'
import { exampleFile } from '../example-file.ts'
import { member, seen } from '../example.ts'
import { cis } from '../references.ts'
import { holesAbove, modeEvidence, octal } from '../rules/file-access.ts'
import { members } from '../subjects.ts'

const wal = (mode: number) =>
  seen({
    members: [
      member({
        walDirectory: known(exampleFile(mode, { path: '/wal', role: 'wal-directory' })),
      }),
    ],
  })

export default defineControl({
  id: 'wal-dir-mode',
  title: "Only etcd's user can enter a WAL directory of its own",
  severity: 'high',
  area: 'files',
  rationale:
    'The WAL holds every value that was written lately, also those that were denied or deleted since. ' +
    'With --wal-dir it lies outside the data directory, where nobody looks at its mode.',
  remediation: 'chmod 700 the WAL directory.',
  references: cis('data-dir-mode'),
  needs: ['files'],
  subjects: members,
  judge(member, { need }) {
    if (!member.walDirectory) {
      // Without its data directory nothing tells where the WAL lies.
      need(member.dataDirectory)
      return notApplicable('the WAL lies inside the data directory')
    }
    const file = need(member.walDirectory)
    const { mode } = need(file.real)
    const evidence = modeEvidence(file)
    if ((mode & 0o077) !== 0)
      return fail(`${file.path} is open to others (${octal(mode)}, not 0700)`, [evidence], {
        id: 'file-mode',
        automatic: true,
        summary: `chmod 700 ${file.path}`,
      })
    const [hole] = holesAbove(file)
    if (hole) return fail(`${hole.source} lets others replace ${file.path}`, [hole, evidence])
    return pass(`${file.path} is closed to others (${octal(mode)})`, evidence)
  },
  examples: [
    { name: '0700', given: wal(0o700), expect: { m1: 'pass' } },
    { name: 'open to everybody', given: wal(0o755), expect: { m1: 'fail' } },
    {
      name: 'inside the data directory',
      given: seen({
        members: [
          member({
            dataDirectory: known(
              exampleFile(0o700, { path: '/var/lib/etcd', role: 'data-directory' }),
            ),
          }),
        ],
      }),
      expect: { m1: 'not-applicable' },
    },
    {
      name: 'not to be seen',
      given: seen({ members: [member({ walDirectory: missing('/wal may not be read') })] }),
      expect: { m1: 'unknown' },
    },
  ],
})
