import { missing } from '../../core/fact.ts'
import { defineControl, fail, pass } from '../control.ts'
import { exampleFile } from '../example-file.ts'
import { seen } from '../example.ts'
import { cis } from '../references.ts'
import { modeEvidence, octal } from '../rules/file-access.ts'
import { filesOf } from '../subjects.ts'

const CRT = '/etc/kubernetes/pki/etcd/server.crt'
const certificate = { path: CRT, role: 'certificate' } as const

export default defineControl({
  id: 'certificate-mode',
  title: 'Certificates, CA bundles and revocation lists can be changed by their owner alone',
  severity: 'medium',
  area: 'files',
  rationale:
    'A certificate is no secret, but who can write to a CA bundle adds a CA of his own and is let in, ' +
    'and who empties a revocation list brings back a stolen key.',
  remediation: 'chmod 644 the file.',
  references: [...cis('certificate-mode'), { standard: 'DISA STIG', id: 'V-242466' }],
  needs: ['files'],
  subjects: filesOf('certificate', 'ca-certificate', 'crl'),
  judge(file, { need }) {
    const { mode } = need(file.real)
    const evidence = modeEvidence(file)
    if ((mode & 0o022) === 0)
      return pass(`only its owner can write to it (${octal(mode)})`, evidence)
    const who = (mode & 0o002) !== 0 ? 'everybody on the host' : 'its group'
    return fail(`${who} can write to it (${octal(mode)}, not 0644)`, [evidence], {
      id: 'file-mode',
      automatic: true,
      summary: `chmod 644 ${file.path}`,
    })
  },
  examples: [
    {
      name: '0644',
      given: seen({ files: [exampleFile(0o644, certificate)] }),
      expect: { [CRT]: 'pass' },
    },
    {
      name: 'a CA bundle that everybody can add to',
      given: seen({ files: [exampleFile(0o666, { ...certificate, role: 'ca-certificate' })] }),
      expect: { [CRT]: 'fail' },
    },
    {
      name: 'writable by a group',
      given: seen({ files: [exampleFile(0o664, certificate)] }),
      expect: { [CRT]: 'fail' },
    },
    {
      name: 'not there',
      given: seen({ files: [exampleFile(0, { ...certificate, real: missing('not seen') })] }),
      expect: { [CRT]: 'unknown' },
    },
  ],
})
