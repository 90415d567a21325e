import { missing } from '../../core/fact.ts'
import { defineControl, fail, pass } from '../control.ts'
import { exampleFile } from '../example-file.ts'
import { seen } from '../example.ts'
import { cis } from '../references.ts'
import { holesAbove, modeEvidence, ownerWrong } from '../rules/file-access.ts'
import { filesOf } from '../subjects.ts'

const KEY = '/etc/kubernetes/pki/etcd/server.key'

export default defineControl({
  id: 'pki-owner',
  title: 'Keys and certificates belong to root or to etcd, and nobody else can replace them',
  severity: 'high',
  area: 'files',
  rationale:
    'The owner of a file can always change its mode, and who can write to a directory above it can put another file ' +
    'in its place, whatever the mode of the file. Owners are compared by number; root, the user that runs the process ' +
    'and the owner of the data directory are all right, so kubeadm (everything root:root) passes.',
  remediation: 'chown the file to root; chmod go-w the directory that is named.',
  references: [...cis('pki-owner'), { standard: 'DISA STIG', id: 'V-242451' }],
  needs: ['files'],
  subjects: filesOf('private-key', 'certificate', 'ca-certificate', 'crl'),
  judge(file, { need }) {
    const { uid } = need(file.real)
    const evidence = modeEvidence(file)
    if (ownerWrong(file))
      return fail(`it belongs to uid ${uid}, who runs neither etcd nor the API server`, [evidence])
    const [hole, ...more] = holesAbove(file)
    if (hole) return fail(`${hole.source} lets others replace it`, [hole, ...more, evidence])
    return pass(`owned by uid ${uid}; no directory above it is open to others`, evidence)
  },
  examples: [
    {
      name: 'root everywhere',
      given: seen({ files: [exampleFile(0o600)] }),
      expect: { [KEY]: 'pass' },
    },
    {
      name: "etcd's own user",
      given: seen({ files: [exampleFile(0o600, { uid: 998, owners: [0, 998] })] }),
      expect: { [KEY]: 'pass' },
    },
    {
      name: 'a user who has nothing to do with it',
      given: seen({ files: [exampleFile(0o600, { uid: 1000, owners: [0, 998] })] }),
      expect: { [KEY]: 'fail' },
    },
    {
      name: 'a directory that everybody can write to',
      given: seen({ files: [exampleFile(0o600, { above: 0o777 })] }),
      expect: { [KEY]: 'fail' },
    },
    {
      name: 'a shared directory with the sticky bit, as /tmp',
      given: seen({ files: [exampleFile(0o600, { above: 0o1777 })] }),
      expect: { [KEY]: 'pass' },
    },
    {
      name: 'not to be seen',
      given: seen({ files: [exampleFile(0, { real: missing('may not be read') })] }),
      expect: { [KEY]: 'unknown' },
    },
  ],
})
