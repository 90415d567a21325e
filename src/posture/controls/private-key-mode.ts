import { missing } from '../../core/fact.ts'
import { defineControl, fail, pass } from '../control.ts'
import { exampleFile } from '../example-file.ts'
import { seen } from '../example.ts'
import { cis } from '../references.ts'
import { modeEvidence, octal } from '../rules/file-access.ts'
import { filesOf } from '../subjects.ts'

const KEY = '/etc/kubernetes/pki/etcd/server.key'

export default defineControl({
  id: 'private-key-mode',
  title: 'Private keys and client credentials can be read by their owner alone',
  severity: 'high',
  area: 'files',
  rationale:
    'Who reads a key of etcd can be a member, a client or the server itself. Keys are found by what a file holds, ' +
    'not by its name: a forgotten copy (server.key.bak, all.pem, a .crt with the key in it) is as good as the key. ' +
    'A link is judged by the file behind it.',
  remediation: 'chmod 600 the file; remove copies that nothing uses.',
  references: [
    ...cis('key-mode'),
    ...cis('admin-kubeconfig-mode'),
    { standard: 'DISA STIG', id: 'V-242467' },
  ],
  needs: ['files'],
  // A kubeconfig counts where a key or token stands in it, not where it only names a server.
  subjects: (all) =>
    filesOf(
      'private-key',
      'kubeconfig',
    )(all).filter(({ value }) => value.role === 'private-key' || value.holds.length > 0),
  judge(file, { need }) {
    const { mode } = need(file.real)
    const evidence = modeEvidence(file)
    const open = mode & 0o077
    if (open === 0) return pass(`only its owner can read it (${octal(mode)})`, evidence)
    const what = file.role === 'kubeconfig' ? 'the client credential' : 'the private key'
    const who = (mode & 0o007) !== 0 ? 'everybody on the host' : 'its group'
    return fail(`${what} is open to ${who} (${octal(mode)}, not 0600)`, [evidence], {
      id: 'file-mode',
      automatic: true,
      summary: `chmod 600 ${file.path}`,
    })
  },
  examples: [
    {
      name: '0600',
      given: seen({ files: [exampleFile(0o600)] }),
      expect: { [KEY]: 'pass' },
    },
    {
      name: 'stricter than asked for',
      given: seen({ files: [exampleFile(0o400)] }),
      expect: { [KEY]: 'pass' },
    },
    {
      name: 'readable by everybody',
      given: seen({ files: [exampleFile(0o644)] }),
      expect: { [KEY]: 'fail' },
    },
    {
      name: 'readable by a group',
      given: seen({ files: [exampleFile(0o640)] }),
      expect: { [KEY]: 'fail' },
    },
    {
      name: 'a kubeconfig with a key in it, readable by everybody',
      given: seen({
        files: [
          exampleFile(0o644, {
            path: '/etc/kubernetes/admin.conf',
            role: 'kubeconfig',
            holds: ['client-key-data'],
          }),
        ],
      }),
      expect: { '/etc/kubernetes/admin.conf': 'fail' },
    },
    {
      name: 'named by a flag, but not to be seen',
      given: seen({ files: [exampleFile(0, { real: missing(`${KEY} may not be read`) })] }),
      expect: { [KEY]: 'unknown' },
    },
  ],
})
