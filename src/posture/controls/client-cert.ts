import { known } from '../../core/fact.ts'
import { certificateFile } from '../authority-example.ts'
import { defineControl } from '../control.ts'
import { launch, member, seen } from '../example.ts'
import { CLIENT, ETCD_CA, FOREIGN, SERVER_ONLY } from '../example-certificates.ts'
import { judgeLeaf } from '../judge-leaf.ts'
import { CLIENT_LEAVES } from '../leaf-purpose.ts'
import type { Certificate } from '../../pki/model.ts'
import { cis } from '../references.ts'
import { members } from '../subjects.ts'

const FLAGS = { 'client-cert-file': '/pki/gateway.crt', 'trusted-ca-file': '/pki/ca.crt' }
const withLeaf = (leaf: Certificate) =>
  seen({
    members: [
      member({
        running: known(launch(FLAGS)),
        certificates: [
          certificateFile('client', '/pki/gateway.crt', leaf),
          certificateFile('client-ca', '/pki/ca.crt', ETCD_CA),
        ],
      }),
    ],
  })

export default defineControl({
  id: 'client-cert',
  title:
    'The certificates that etcd itself dials with are of its CA, valid, strong and for clients',
  severity: 'medium',
  area: 'certificates',
  rationale:
    'The JSON gateway inside etcd dials with --client-cert-file, a member dials its peers with ' +
    '--peer-client-cert-file. One that may not be a client, has ended or comes from another CA shuts the ' +
    'gateway out, or the member from its cluster, at the next connection.',
  remediation:
    'Issue the certificate from the CA that the listener trusts, with the usage clientAuth, and replace it together with its key.',
  references: cis('etcd-client-auth'),
  needs: ['certificates'],
  subjects: members,
  judge: (one, look) =>
    judgeLeaf(
      {
        rules: CLIENT_LEAVES,
        served: [],
        good: 'the certificates that etcd dials with are of the trusted CA, valid, strong and for clients',
      },
      one,
      look,
    ),
  examples: [
    { name: 'a certificate as it should be', given: withLeaf(CLIENT), expect: { m1: 'pass' } },
    { name: 'it is for servers alone', given: withLeaf(SERVER_ONLY), expect: { m1: 'fail' } },
    { name: 'it comes from another CA', given: withLeaf(FOREIGN), expect: { m1: 'fail' } },
    {
      name: 'etcd has no such certificate',
      given: seen({ members: [member({ running: known(launch({})) })] }),
      expect: { m1: 'not-applicable' },
    },
    {
      name: 'nothing could be read',
      given: seen({ members: [member()] }),
      expect: { m1: 'unknown' },
    },
  ],
})
