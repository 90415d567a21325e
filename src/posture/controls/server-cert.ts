import { known, missing } from '../../core/fact.ts'
import { certificateFile } from '../authority-example.ts'
import { defineControl } from '../control.ts'
import { AT, launch, member, seen } from '../example.ts'
import {
  ELSEWHERE,
  ETCD_CA,
  EXPIRED,
  FOREIGN,
  MEMBER,
  SERVER_ONLY,
} from '../example-certificates.ts'
import type { CertificateFile } from '../facts/certificates.ts'
import type { ListenerProbe } from '../facts/probes.ts'
import { CLIENT_ROLES } from '../judge-doors.ts'
import { judgeLeaf } from '../judge-leaf.ts'
import { SERVER_LEAF } from '../leaf-purpose.ts'
import { door } from '../listener-example.ts'
import type { Certificate } from '../../pki/model.ts'
import { cis } from '../references.ts'
import { members } from '../subjects.ts'

const FLAGS = {
  'listen-client-urls': 'https://10.0.0.1:2379,https://127.0.0.1:2379',
  'advertise-client-urls': 'https://10.0.0.1:2379',
  'cert-file': '/pki/server.crt',
  'client-cert-auth': 'true',
  'trusted-ca-file': '/pki/ca.crt',
}
const CA = certificateFile('client-ca', '/pki/ca.crt', ETCD_CA)

const running = (file: CertificateFile, flags: Readonly<Record<string, string>> = {}) =>
  seen({
    members: [member({ running: known(launch({ ...FLAGS, ...flags })), certificates: [file, CA] })],
  })
const withLeaf = (leaf: Certificate, flags: Readonly<Record<string, string>> = {}) =>
  running(certificateFile('server', '/pki/server.crt', leaf), flags)
const fromAfar = (leaf: Certificate, parts: Partial<ListenerProbe> = {}) =>
  seen({ members: [member({ listeners: known([door({ served: known([leaf]), ...parts })]) })] })
const keyed = (spkiSha256: string): CertificateFile => ({
  ...certificateFile('server', '/pki/server.crt', MEMBER),
  key: known({ path: '/pki/server.key', spkiSha256, type: 'ec', bits: 256 }),
})

const BROKEN: ListenerProbe['versions'] = {
  'TLS1.2': { outcome: 'refused', detail: 'alert internal error', at: AT },
}

export default defineControl({
  id: 'server-cert',
  title: 'The certificate for clients is of the etcd CA, valid, strong and names the member',
  severity: 'high',
  area: 'certificates',
  rationale:
    'Clients that meet a certificate which does not name the address they dial, has ended or comes from ' +
    'another CA fail, or are told by somebody to skip verification, and from then on talk to anyone. ' +
    'etcd starts with all of these and with RSA-1024, and takes a file or a key that was replaced wrongly into ' +
    'use at once; connections that are open live on, so the damage shows at the next restart of a client. ' +
    'The common name counts for nothing.',
  remediation:
    'Issue a certificate from the CA in --trusted-ca-file for every host in --advertise-client-urls, with ' +
    'serverAuth and clientAuth, P-256 or RSA of 2048 bits. Replace it together with its key: etcd reads both at each handshake.',
  references: [...cis('etcd-certificate'), { standard: 'DISA STIG', id: 'V-242428' }],
  needs: ['certificates', 'probes', 'rpc'],
  subjects: members,
  judge: (one, look) =>
    judgeLeaf(
      {
        rules: [SERVER_LEAF],
        served: CLIENT_ROLES,
        good: 'the certificate for clients is of the trusted CA, valid, strong and names every address',
      },
      one,
      look,
    ),
  examples: [
    {
      name: 'a certificate as it should be, with its key',
      given: running(keyed(MEMBER.spkiSha256)),
      expect: { m1: 'pass' },
    },
    {
      name: 'the key file belongs to another certificate',
      given: running(keyed('0'.repeat(64))),
      expect: { m1: 'fail' },
    },
    {
      name: 'the file is gone, and the listener ends every handshake',
      given: seen({
        members: [
          member({
            running: known(launch(FLAGS)),
            listeners: known([
              door({ served: missing('no certificate was shown'), versions: BROKEN }),
            ]),
          }),
        ],
      }),
      expect: { m1: 'fail' },
    },
    { name: 'it has expired', given: withLeaf(EXPIRED), expect: { m1: 'fail' } },
    { name: 'it names another address', given: withLeaf(ELSEWHERE), expect: { m1: 'fail' } },
    { name: 'it comes from another CA', given: withLeaf(FOREIGN), expect: { m1: 'fail' } },
    {
      name: 'the gateway would show it as a client, which it may not be',
      given: withLeaf(SERVER_ONLY),
      expect: { m1: 'fail' },
    },
    {
      name: 'for servers alone, where no gateway shows it',
      given: withLeaf(SERVER_ONLY, { 'enable-grpc-gateway': 'false' }),
      expect: { m1: 'pass' },
    },
    {
      name: 'no listener speaks TLS',
      given: withLeaf(MEMBER, { 'listen-client-urls': 'http://10.0.0.1:2379' }),
      expect: { m1: 'not-applicable' },
    },
    {
      name: 'a remote member shows a good certificate',
      given: fromAfar(MEMBER, { authorities: { trusted: [], cluster: [], given: [ETCD_CA] } }),
      expect: { m1: 'pass' },
    },
    {
      name: 'a remote member shows one that no CA at hand can be held against',
      given: fromAfar(MEMBER),
      expect: { m1: 'unknown' },
    },
    {
      name: 'a remote member shows one for another address',
      given: fromAfar(ELSEWHERE),
      expect: { m1: 'fail' },
    },
    {
      name: 'a remote member shows one of another CA than the given one',
      given: fromAfar(FOREIGN, { authorities: { trusted: [], cluster: [], given: [ETCD_CA] } }),
      expect: { m1: 'fail' },
    },
    {
      name: 'dialled through a tunnel, and what it advertises is not known',
      given: fromAfar(ELSEWHERE, { address: '127.0.0.1:2379' }),
      expect: { m1: 'unknown' },
    },
    {
      name: 'the file cannot be read',
      given: running({
        role: 'server',
        flag: 'cert-file',
        path: '/pki/server.crt',
        certificates: missing('/pki/server.crt: permission denied', 'run as root'),
      }),
      expect: { m1: 'unknown' },
    },
  ],
})
