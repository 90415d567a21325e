import { known, missing } from '../../core/fact.ts'
import { defineControl, fail, pass } from '../control.ts'
import { exampleFile } from '../example-file.ts'
import { member, seen } from '../example.ts'
import { cis } from '../references.ts'
import { holesAbove, modeEvidence, octal } from '../rules/file-access.ts'
import { members } from '../subjects.ts'

const directory = (mode: number, above?: number) =>
  seen({
    members: [
      member({
        dataDirectory: known(
          exampleFile(mode, {
            path: '/var/lib/etcd',
            role: 'data-directory',
            ...(above !== undefined && { above }),
          }),
        ),
      }),
    ],
  })

export default defineControl({
  id: 'data-dir-mode',
  title: "Only etcd's user can enter the data directory",
  severity: 'high',
  area: 'files',
  rationale:
    'The database and the WAL hold every Secret, every old revision of it and the password hashes. ' +
    'etcd makes the directory 0700 itself, but a directory that was there before keeps its mode, with no more than a warning.',
  remediation:
    'chmod 700 the data directory. No owner etcd:etcd is asked for: kubeadm runs etcd as root.',
  references: [...cis('data-dir-mode'), { standard: 'DISA STIG', id: 'V-242459' }],
  needs: ['files'],
  subjects: members,
  judge(member, { need }) {
    const file = need(member.dataDirectory)
    const { mode } = need(file.real)
    const evidence = modeEvidence(file)
    if ((mode & 0o077) !== 0)
      return fail(
        `${file.path} is open to ${(mode & 0o007) === 0 ? 'its group' : 'everybody on the host'} (${octal(mode)}, not 0700)`,
        [evidence],
        { id: 'file-mode', automatic: true, summary: `chmod 700 ${file.path}` },
      )
    const [hole] = holesAbove(file)
    if (hole) return fail(`${hole.source} lets others replace ${file.path}`, [hole, evidence])
    return pass(`${file.path} is closed to others (${octal(mode)})`, evidence)
  },
  examples: [
    { name: '0700', given: directory(0o700), expect: { m1: 'pass' } },
    { name: 'setgid, still closed', given: directory(0o2700), expect: { m1: 'pass' } },
    { name: 'open to everybody', given: directory(0o755), expect: { m1: 'fail' } },
    { name: 'open to a group', given: directory(0o750), expect: { m1: 'fail' } },
    {
      name: 'closed, but below a directory that everybody can write to',
      given: directory(0o700, 0o777),
      expect: { m1: 'fail' },
    },
    {
      name: 'not to be seen',
      given: seen({
        members: [member({ dataDirectory: missing('the data directory is not known') })],
      }),
      expect: { m1: 'unknown' },
    },
  ],
})
