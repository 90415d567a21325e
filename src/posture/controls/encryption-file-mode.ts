import { missing } from '../../core/fact.ts'
import { defineControl, fail, pass, unknown } from '../control.ts'
import { exampleFile } from '../example-file.ts'
import { seen } from '../example.ts'
import { cis } from '../references.ts'
import { holesAbove, modeEvidence, octal, ownerWrong } from '../rules/file-access.ts'
import { filesOf } from '../subjects.ts'

const FILE = '/etc/kubernetes/enc.yaml'
const about = { path: FILE, role: 'encryption-config' } as const

export default defineControl({
  id: 'encryption-file-mode',
  title: 'Only root can read the encryption keys',
  severity: 'high',
  area: 'at rest',
  rationale:
    'The EncryptionConfiguration holds the keys themselves. Who reads it, or a copy of it beside it, decrypts every row ' +
    'and every backup.',
  remediation:
    'chmod 600 and chown root the file; remove old copies; rotate the keys if others could read them.',
  references: cis('encryption-config'),
  needs: ['files'],
  subjects: filesOf('encryption-config'),
  judge(file, { need }) {
    const { mode, type, uid } = need(file.real)
    const evidence = modeEvidence(file)
    if (type !== 'file') return unknown(`it is no file, but a ${type}`, undefined, [evidence])
    const keyless = file.holds.includes('no encryption key')
    if (keyless && (mode & 0o022) !== 0)
      return fail(`others can change it (${octal(mode)})`, [evidence])
    if (!keyless && (mode & 0o077) !== 0)
      return fail(`the keys can be read by others (${octal(mode)}, not 0600)`, [evidence], {
        id: 'file-mode',
        automatic: true,
        summary: `chmod 600 ${file.path}`,
      })
    if (ownerWrong(file)) return fail(`it belongs to uid ${uid}`, [evidence])
    const [hole, ...more] = holesAbove(file)
    if (hole) return fail(`${hole.source} lets others replace it`, [hole, ...more, evidence])
    if (keyless) return pass(`it holds no key, and only its owner can change it`, evidence)
    return pass(`only its owner (uid ${uid}) can read it (${octal(mode)})`, evidence)
  },
  examples: [
    {
      name: '0600',
      given: seen({ files: [exampleFile(0o600, about)] }),
      expect: { [FILE]: 'pass' },
    },
    {
      name: 'readable by everybody',
      given: seen({ files: [exampleFile(0o644, about)] }),
      expect: { [FILE]: 'fail' },
    },
    {
      name: 'readable, and its providers keep their keys elsewhere',
      given: seen({ files: [exampleFile(0o644, { ...about, holds: ['no encryption key'] })] }),
      expect: { [FILE]: 'pass' },
    },
    {
      name: 'no key in it, but everybody may write one',
      given: seen({ files: [exampleFile(0o666, { ...about, holds: ['no encryption key'] })] }),
      expect: { [FILE]: 'fail' },
    },
    {
      name: 'a stranger owns it',
      given: seen({ files: [exampleFile(0o600, { ...about, uid: 1000 })] }),
      expect: { [FILE]: 'fail' },
    },
    {
      name: 'not to be seen',
      given: seen({ files: [exampleFile(0, { ...about, real: missing('not seen') })] }),
      expect: { [FILE]: 'unknown' },
    },
  ],
})
