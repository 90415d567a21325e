import { known, missing } from '../../core/fact.ts'
import { authority, certificateFile, issued } from '../authority-example.ts'
import { defineControl } from '../control.ts'
import { launch, member, seen } from '../example.ts'
import { probeEvidence } from '../judge-doors.ts'
import { door, openDoor } from '../listener-example.ts'
import type { Member } from '../observation.ts'
import { type Comparison, judgeAgainstDisk } from '../rules/against-disk.ts'
import { described, inFile } from '../rules/certificate-files.ts'
import { members } from '../subjects.ts'

const rule: Comparison = {
  client: { role: 'server', flag: 'cert-file' },
  peer: { role: 'peer', flag: 'peer-cert-file' },
  shown: (probe) => probe.served,
  compare(probe, file, [onDisk]) {
    const served = probe.served.known ? probe.served.value[0] : undefined
    const detail = served ? described(served) : 'no certificate'
    const shows = probeEvidence(probe, 'tls chain', { outcome: 'answered', detail })
    return {
      evidence: [
        { ...shows, stable: detail },
        inFile(file, onDisk ? described(onDisk) : 'no certificate'),
      ],
      ...((served?.fingerprint !== onDisk?.fingerprint || !served) && {
        differs: `${probe.url} does not serve the certificate of ${file.path}`,
      }),
    }
  },
  good: 'what is served is what lies on disk',
  none: 'no listener serves a certificate of a file',
}

const etcd = authority('CN=etcd-ca', 'aa')
const leaf = issued('CN=m1', '01', etcd)
const renewed = issued('CN=m1', '02', etcd)
const flags = { 'listen-client-urls': 'https://10.0.0.1:2379', 'cert-file': '/pki/server.crt' }
const base = {
  running: known(launch(flags)),
  certificates: [certificateFile('server', '/pki/server.crt', leaf)],
}
const one = (parts: Partial<Member>) => seen({ members: [member(parts)] })

export default defineControl({
  id: 'served-cert-current',
  title: 'Listeners serve the certificate that lies on disk',
  severity: 'high',
  area: 'certificates',
  rationale:
    'etcd reads its certificate and key anew for every handshake, so a renewed file counts at once. If a ' +
    'listener shows another certificate than its file, the process reads another file than it seems (a container ' +
    'that mounted the old one, a replaced directory) or somebody else answers on the port; the renewal did not ' +
    'reach it, and it will go on until the old certificate expires.',
  remediation:
    'See which process listens there and which file it has open or mounted; restart the member so that it mounts the current one.',
  references: [],
  needs: ['probes', 'certificates'],
  subjects: members,
  judge: (subject, look) => judgeAgainstDisk(rule, subject, look),
  examples: [
    {
      name: 'the same certificate',
      given: one({ ...base, listeners: known([door({ served: known([leaf]) })]) }),
      expect: { m1: 'pass' },
    },
    {
      name: 'another certificate than in the file',
      given: one({ ...base, listeners: known([door({ served: known([renewed]) })]) }),
      expect: { m1: 'fail' },
    },
    {
      name: 'no TLS',
      given: one({
        running: known(launch({ 'listen-client-urls': 'http://10.0.0.1:2379' })),
        listeners: known([openDoor()]),
      }),
      expect: { m1: 'not-applicable' },
    },
    {
      name: 'etcd made the certificate itself',
      given: one({
        running: known(launch({ ...flags, 'cert-file': '', 'auto-tls': 'true' })),
        listeners: known([door({ served: known([leaf]) })]),
      }),
      expect: { m1: 'not-applicable' },
    },
    {
      name: 'the file may not be read',
      given: one({
        ...base,
        certificates: [
          {
            ...certificateFile('server', '/pki/server.crt'),
            certificates: missing('/pki/server.crt may not be read'),
          },
        ],
        listeners: known([door({ served: known([leaf]) })]),
      }),
      expect: { m1: 'unknown' },
    },
    { name: 'nothing was probed', given: one(base), expect: { m1: 'unknown' } },
    {
      name: 'a member elsewhere',
      given: one({ listeners: known([door({ served: known([leaf]) })]) }),
      expect: { m1: 'unknown' },
    },
  ],
})
