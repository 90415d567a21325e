import { known, missing } from '../../core/fact.ts'
import { setting } from '../../effective/model.ts'
import { authority, certificateFile } from '../authority-example.ts'
import { defineControl, fail, notApplicable, pass, unknown } from '../control.ts'
import { launch, member, seen } from '../example.ts'
import type { CertificateFile } from '../facts/certificates.ts'
import type { Member } from '../observation.ts'
import { filesWith, inFile, launchesOf, notGathered } from '../rules/certificate-files.ts'
import { members } from '../subjects.ts'

const FLAGS = ['trusted-ca-file', 'peer-trusted-ca-file'] as const

const running = known(launch({ 'trusted-ca-file': '/pki/ca.crt' }))
const file = (parts: Partial<CertificateFile>): CertificateFile => ({
  ...certificateFile('client-ca', '/pki/ca.crt', authority('CN=etcd-ca', 'aa')),
  ...parts,
})
const one = (parts: Partial<Member>) => seen({ members: [member({ running, ...parts })] })

export default defineControl({
  id: 'ca-key-offline',
  title: "The key of etcd's CA does not lie on the member's host",
  severity: 'medium',
  area: 'certificates',
  rationale:
    'Whoever reads the key of the CA makes certificates for etcd as long as the CA lives: for any user, for any ' +
    'peer, with no trace. A member needs the certificate of the CA alone. kubeadm keeps ca.key on every control-plane ' +
    'node, so that it can renew by itself; a cluster as kubeadm makes it fails here, and it is a trade that you may ' +
    'waive knowingly. Keys are found by what they are, not by name, in the directories of the certificates.',
  remediation:
    'Keep the key offline or in an HSM and issue elsewhere; delete it from the host when renewals no longer need it there.',
  references: [],
  needs: ['certificates'],
  subjects: members,
  judge(subject, { need }) {
    const files = filesWith(subject, 'client-ca', 'peer-ca')
    const held = files.flatMap((ca) =>
      ca.caKeys?.known
        ? ca.caKeys.value.map((path) => ({
            path,
            evidence: { ...inFile(ca, `private key of ${ca.path}`), source: `file ${path}` },
          }))
        : [],
    )
    const [key, ...more] = new Map(held.map((each) => [each.path, each])).values()
    if (key)
      return fail(`${key.path} is the key of the CA`, [
        key.evidence,
        ...more.map(({ evidence }) => evidence),
      ])
    for (const ca of files) need(ca.caKeys ?? notGathered)
    const [first, ...rest] = files.map((ca) => inFile(ca, 'no key of it was found'))
    if (first) return pass('no key of the CA was found beside the certificates', first, ...rest)
    const launches = launchesOf(subject)
    const named = launches.some((launch) => FLAGS.some((flag) => setting(launch, flag)))
    return launches.length > 0 && !named
      ? notApplicable('it is given no CA')
      : unknown(notGathered.why, notGathered.access)
  },
  examples: [
    {
      name: 'the certificate alone',
      given: one({ certificates: [file({ caKeys: known([]) })] }),
      expect: { m1: 'pass' },
    },
    {
      name: 'its key lies beside it',
      given: one({ certificates: [file({ caKeys: known(['/pki/ca.key']) })] }),
      expect: { m1: 'fail' },
    },
    {
      name: 'the directory may not be read',
      given: one({ certificates: [file({ caKeys: missing('/pki may not be read') })] }),
      expect: { m1: 'unknown' },
    },
    { name: 'no file was looked at', given: one({}), expect: { m1: 'unknown' } },
    {
      name: 'no CA at all',
      given: one({ running: known(launch({})) }),
      expect: { m1: 'not-applicable' },
    },
  ],
})
