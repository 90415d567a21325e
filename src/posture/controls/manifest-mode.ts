import { missing } from '../../core/fact.ts'
import { defineControl, fail, pass } from '../control.ts'
import { exampleFile } from '../example-file.ts'
import { seen } from '../example.ts'
import { cis } from '../references.ts'
import { holesAbove, modeEvidence, octal, ownerWrong } from '../rules/file-access.ts'
import { filesOf } from '../subjects.ts'

const FILE = '/etc/kubernetes/manifests/etcd.yaml'
const manifest = { path: FILE, role: 'manifest' } as const

export default defineControl({
  id: 'manifest-mode',
  title: 'Manifests, units and configuration files can be changed by root alone',
  severity: 'high',
  area: 'files',
  rationale:
    'Who can write to a manifest, or put a file into the directory of manifests, starts any pod as root on the control plane. ' +
    'A static pod manifest may be read by root alone (0600, the CIS benchmark since 1.24); a unit or an etcd ' +
    'configuration file is usually 0644 and must only not be writable.',
  remediation:
    'chmod 600 the manifest; chmod go-w and chown root the file or directory that is named.',
  references: [
    ...cis('apiserver-manifest-mode'),
    ...cis('apiserver-manifest-owner'),
    ...cis('manifest-mode'),
    ...cis('manifest-owner'),
    { standard: 'DISA STIG', id: 'V-242408' },
  ],
  needs: ['files'],
  subjects: filesOf('manifest', 'config'),
  judge(file, { need }) {
    const { mode, uid } = need(file.real)
    const evidence = modeEvidence(file)
    const wanted = file.role === 'manifest' ? '600' : '644'
    const open = mode & (file.role === 'manifest' ? 0o077 : 0o022)
    if (open !== 0)
      return fail(`its mode is ${octal(mode)}, not 0${wanted} or stricter`, [evidence], {
        id: 'file-mode',
        automatic: true,
        summary: `chmod ${wanted} ${file.path}`,
      })
    if (ownerWrong(file)) return fail(`it belongs to uid ${uid}`, [evidence])
    const [hole, ...more] = holesAbove(file)
    if (hole) return fail(`${hole.source} lets others replace it`, [hole, ...more, evidence])
    return pass(`only its owner (uid ${uid}) can change it (${octal(mode)})`, evidence)
  },
  examples: [
    {
      name: '0600',
      given: seen({ files: [exampleFile(0o600, manifest)] }),
      expect: { [FILE]: 'pass' },
    },
    {
      name: 'a manifest that everybody can read',
      given: seen({ files: [exampleFile(0o644, manifest)] }),
      expect: { [FILE]: 'fail' },
    },
    {
      name: 'a directory of manifests that everybody can write to',
      given: seen({ files: [exampleFile(0o600, { ...manifest, above: 0o777 })] }),
      expect: { [FILE]: 'fail' },
    },
    {
      name: 'a unit with the mode that units have',
      given: seen({
        files: [exampleFile(0o644, { path: '/etc/systemd/system/etcd.service', role: 'config' })],
      }),
      expect: { '/etc/systemd/system/etcd.service': 'pass' },
    },
    {
      name: 'not to be seen',
      given: seen({ files: [exampleFile(0, { ...manifest, real: missing('may not be read') })] }),
      expect: { [FILE]: 'unknown' },
    },
  ],
})
