import { known } from '../../core/fact.ts'
import { certificateFile } from '../authority-example.ts'
import { defineControl } from '../control.ts'
import { launch, member, seen } from '../example.ts'
import {
  ELSEWHERE,
  ETCD_CA,
  EXPIRED,
  FOREIGN,
  MEMBER,
  SERVER_ONLY,
} from '../example-certificates.ts'
import { judgeLeaf } from '../judge-leaf.ts'
import { PEER_LEAF } from '../leaf-purpose.ts'
import { door, PEER } from '../listener-example.ts'
import type { Certificate } from '../../pki/model.ts'
import { cis } from '../references.ts'
import { members } from '../subjects.ts'

const FLAGS = {
  'listen-peer-urls': 'https://10.0.0.1:2380',
  'initial-advertise-peer-urls': 'https://10.0.0.1:2380',
  'peer-cert-file': '/pki/peer.crt',
  'peer-client-cert-auth': 'true',
  'peer-trusted-ca-file': '/pki/ca.crt',
}
const CA = certificateFile('peer-ca', '/pki/ca.crt', ETCD_CA)
const withLeaf = (leaf: Certificate, flags: Readonly<Record<string, string>> = {}) =>
  seen({
    members: [
      member({
        running: known(launch({ ...FLAGS, ...flags })),
        certificates: [certificateFile('peer', '/pki/peer.crt', leaf), CA],
      }),
    ],
  })

export default defineControl({
  id: 'peer-cert',
  title: 'The certificate for peers is of the peer CA, valid, strong and good both ways',
  severity: 'high',
  area: 'certificates',
  rationale:
    'A member shows its peer certificate when it is dialled and when it dials. With one usage missing, a ' +
    'name missing or another CA, the cluster still forms while the other side can dial in, and only the ' +
    'log fills: the next restart or loss of a member then costs the quorum.',
  remediation:
    'Issue a certificate from the CA in --peer-trusted-ca-file for every host in --initial-advertise-peer-urls ' +
    'with serverAuth and clientAuth. Replace it together with its key: etcd reads both at each handshake.',
  references: [...cis('etcd-peer-certificate'), { standard: 'DISA STIG', id: 'V-242432' }],
  needs: ['certificates', 'probes', 'rpc'],
  subjects: members,
  judge: (one, look) =>
    judgeLeaf(
      {
        rules: [PEER_LEAF],
        served: ['peer'],
        good: 'the certificate for peers is of the trusted CA, valid, strong and good both ways',
      },
      one,
      look,
    ),
  examples: [
    { name: 'a certificate as it should be', given: withLeaf(MEMBER), expect: { m1: 'pass' } },
    { name: 'it may not dial the others', given: withLeaf(SERVER_ONLY), expect: { m1: 'fail' } },
    {
      name: 'another certificate dials the others',
      given: withLeaf(SERVER_ONLY, { 'peer-client-cert-file': '/pki/peer-client.crt' }),
      expect: { m1: 'pass' },
    },
    { name: 'it has expired', given: withLeaf(EXPIRED), expect: { m1: 'fail' } },
    { name: 'it names another address', given: withLeaf(ELSEWHERE), expect: { m1: 'fail' } },
    { name: 'it comes from another CA', given: withLeaf(FOREIGN), expect: { m1: 'fail' } },
    {
      name: 'the member shows an expired one on the wire',
      given: seen({
        members: [member({ listeners: known([door({ ...PEER, served: known([EXPIRED]) })]) })],
      }),
      expect: { m1: 'fail' },
    },
    {
      name: 'peers speak plaintext',
      given: withLeaf(MEMBER, { 'listen-peer-urls': 'http://10.0.0.1:2380' }),
      expect: { m1: 'not-applicable' },
    },
    {
      name: 'nothing could be read',
      given: seen({ members: [member()] }),
      expect: { m1: 'unknown' },
    },
  ],
})
