import { known, missing, valueOf } from '../../core/fact.ts'
import { setting } from '../../effective/model.ts'
import type { Certificate } from '../../pki/model.ts'
import { authority, certificateFile, issued } from '../authority-example.ts'
import { defineControl, fail, notApplicable, pass, unknown } from '../control.ts'
import { apiserver, launch, member, seen } from '../example.ts'
import type { CertificateFile, CertificateRole } from '../facts/certificates.ts'
import type { Member, Observation } from '../observation.ts'
import { described, filesWith, inFile, launchesOf, leafOf } from '../rules/certificate-files.ts'
import { members } from '../subjects.ts'

/** What a certificate is for; etcd's own client side on a port goes with the port's server side. */
const PURPOSES = [
  { purpose: 'clients', roles: ['server', 'client'], flags: ['cert-file', 'client-cert-file'] },
  {
    purpose: 'peers',
    roles: ['peer', 'peer-client'],
    flags: ['peer-cert-file', 'peer-client-cert-file'],
  },
] as const
const ROLES = PURPOSES.flatMap(({ roles }): readonly CertificateRole[] => roles)
const FLAGS = PURPOSES.flatMap(({ flags }): readonly string[] => flags)

interface Use {
  readonly whose: string
  readonly file: CertificateFile
  readonly leaf: Certificate
}

const usesOf = (
  whose: string,
  one: Pick<Member, 'certificates'>,
  ...roles: readonly CertificateRole[]
): readonly Use[] =>
  filesWith(one, ...roles).flatMap((file) => {
    const leaf = leafOf(file)
    return leaf ? [{ whose, file, leaf }] : []
  })

/** The same key makes two certificates one: whoever holds it can be either. */
const same = (one: Use, other: Use) => one.leaf.spkiSha256 === other.leaf.spkiSha256

/** An old process and its new manifest may trade files; only what one launch does at once counts. */
const atOnce = (one: Use, other: Use) => one.file.source === other.file.source

function pairs(member: Member, all: Observation): readonly (readonly [Use, Use, string])[] {
  const [clients, peers] = PURPOSES.map(({ roles }) => usesOf(member.name, member, ...roles))
  const own = usesOf(member.name, member, ...ROLES)
  const others = all.members
    .filter((one) => one !== member)
    .flatMap((one) => usesOf(one.name, one, ...ROLES))
  const callers = all.apiservers.flatMap((one) => usesOf(one.name, one, 'apiserver-client'))
  const found = (
    some: readonly Use[],
    more: readonly Use[],
    what: (other: Use) => string,
    also: (one: Use, other: Use) => boolean = () => true,
  ) =>
    some.flatMap((one) =>
      more
        .filter((other) => same(one, other) && also(one, other))
        .map((other) => [one, other, what(other)] as const),
    )
  return [
    ...found(clients ?? [], peers ?? [], () => 'one key serves clients and peers', atOnce),
    ...found(own, others, (other) => `its key is that of member ${other.whose} too`),
    ...found(own, callers, (other) => `its key is what ${other.whose} shows to etcd`),
  ]
}

const etcd = authority('CN=etcd-ca', 'aa')
const server = certificateFile('server', '/pki/server.crt', issued('CN=m1', '01', etcd))
const peer = certificateFile('peer', '/pki/peer.crt', issued('CN=m1', '02', etcd))
const running = known(launch({ 'cert-file': '/pki/server.crt', 'peer-cert-file': '/pki/peer.crt' }))

export default defineControl({
  id: 'cert-shared',
  title: 'Every role and every member has a key of its own',
  severity: 'medium',
  area: 'certificates',
  rationale:
    'A key that serves clients and peers, two members, or a member and the API server is worth as much as all ' +
    'of them together: who takes it from the weakest place can be each of the others, and it cannot be revoked ' +
    'for one alone. kubeadm issues a certificate for each. Keys are compared, so a renewed certificate or a ' +
    'copy under another path does not hide it.',
  remediation: 'Issue a certificate with a new key for each role of each member.',
  references: [],
  needs: ['certificates'],
  subjects: members,
  judge(member, { all }) {
    const [[one, other, what] = [], ...more] = pairs(member, all)
    if (one && other && what !== undefined)
      return fail(what, [
        inFile(one.file, described(one.leaf)),
        inFile(other.file, described(other.leaf)),
        ...more.map(([, third]) => inFile(third.file, described(third.leaf))),
      ])
    const launches = launchesOf(member)
    const files = filesWith(member, ...ROLES)
    const [first, ...rest] = usesOf(member.name, member, ...ROLES)
    const unread = files.find((file) => leafOf(file) === undefined)
    if (unread)
      return unread.certificates.known
        ? unknown(`${unread.path} holds no certificate`)
        : unknown(unread.certificates.why, unread.certificates.access)
    if (first)
      return pass(
        'no key is used twice',
        inFile(first.file, described(first.leaf)),
        ...rest.map((use) => inFile(use.file, described(use.leaf))),
      )
    const named = launches.some((launch) => FLAGS.some((flag) => setting(launch, flag)))
    return launches.length > 0 && !named
      ? notApplicable('it is given no certificate')
      : unknown('its certificates could not be looked at', 'run as root on its host')
  },
  examples: [
    {
      name: 'a certificate for each role',
      given: seen({ members: [member({ running, certificates: [server, peer] })] }),
      expect: { m1: 'pass' },
    },
    {
      name: 'one certificate for clients and peers',
      given: seen({
        members: [
          member({
            running,
            certificates: [server, { ...peer, certificates: server.certificates }],
          }),
        ],
      }),
      expect: { m1: 'fail' },
    },
    {
      name: 'two members with the same key',
      given: seen({
        members: [
          member({ running, certificates: [server] }),
          member({ name: 'm2', running, certificates: [server] }),
        ],
      }),
      expect: { m1: 'fail', m2: 'fail' },
    },
    {
      name: "the API server shows the member's own certificate",
      given: seen({
        members: [member({ running, certificates: [server, peer] })],
        apiservers: [
          apiserver({
            certificates: [
              certificateFile(
                'apiserver-client',
                '/pki/copy.crt',
                ...(valueOf(server.certificates) ?? []),
              ),
            ],
          }),
        ],
      }),
      expect: { m1: 'fail' },
    },
    {
      name: 'the new manifest gives the old server certificate to peers',
      given: seen({
        members: [
          member({
            running,
            certificates: [
              server,
              { ...server, role: 'peer', layer: 'declared', source: 'manifest etcd.yaml' },
            ],
          }),
        ],
      }),
      expect: { m1: 'pass' },
    },
    {
      name: 'one file may not be read',
      given: seen({
        members: [
          member({
            running,
            certificates: [server, { ...peer, certificates: missing('may not be read') }],
          }),
        ],
      }),
      expect: { m1: 'unknown' },
    },
    {
      name: 'no file was looked at',
      given: seen({ members: [member({ running })] }),
      expect: { m1: 'unknown' },
    },
    {
      name: 'no certificate at all',
      given: seen({ members: [member({ running: known(launch({})) })] }),
      expect: { m1: 'not-applicable' },
    },
  ],
})
