import { known, missing } from '../../core/fact.ts'
import { authority, certificateFile } from '../authority-example.ts'
import { defineControl } from '../control.ts'
import { launch, member, seen } from '../example.ts'
import { probeEvidence } from '../judge-doors.ts'
import { door } from '../listener-example.ts'
import type { Member } from '../observation.ts'
import { type Comparison, judgeAgainstDisk } from '../rules/against-disk.ts'
import { inFile } from '../rules/certificate-files.ts'
import { members } from '../subjects.ts'

const rule: Comparison = {
  client: { role: 'client-ca', flag: 'trusted-ca-file' },
  peer: { role: 'peer-ca', flag: 'peer-trusted-ca-file' },
  shown: (probe) => probe.caPool,
  compare(probe, file, certificates) {
    const memory = new Set(probe.caPool.known ? (probe.caPool.value ?? []) : [])
    const disk = new Set(certificates.map((one) => one.subjectDer))
    const unloaded = certificates.filter((one) => !memory.has(one.subjectDer))
    const gone = [...memory].filter((name) => !disk.has(name)).length
    const subjects = (list: typeof certificates) =>
      [...new Set(list.map((one) => one.subject))].toSorted().join('; ') || 'none'
    const known = certificates.filter((one) => memory.has(one.subjectDer))
    const detail = `${subjects(known)}${gone > 0 ? ` and ${gone} CA that the file has not` : ''}`
    const evidence = [
      { ...probeEvidence(probe, 'tls ca-pool', { outcome: 'answered', detail }), stable: detail },
      inFile(file, subjects(certificates)),
    ] as const
    if (gone > 0)
      return { evidence, differs: `${probe.url} still trusts a CA that ${file.path} has no more` }
    return {
      evidence,
      ...(unloaded.length > 0 && {
        differs: `${probe.url} does not know ${subjects(unloaded)} of ${file.path} yet`,
      }),
    }
  },
  good: 'the CAs in memory are, by name, those of the file',
  none: 'no listener asks for certificates of a CA file',
}

const etcd = authority('CN=etcd-ca', 'aa')
const next = authority('CN=etcd-ca-2027', 'bb')
const file = (...certificates: readonly (typeof etcd)[]) =>
  certificateFile('client-ca', '/pki/ca.crt', ...certificates)
const running = known(
  launch({ 'listen-client-urls': 'https://10.0.0.1:2379', 'trusted-ca-file': '/pki/ca.crt' }),
)
const one = (parts: Partial<Member>) => seen({ members: [member({ running, ...parts })] })
const pool = (...names: readonly (typeof etcd)[]) =>
  known([door({ caPool: known(names.map((ca) => ca.subjectDer)) })])

export default defineControl({
  id: 'ca-pool-current',
  title: 'Listeners trust the CAs that their files have now',
  severity: 'high',
  area: 'certificates',
  rationale:
    'etcd reads --trusted-ca-file and --peer-trusted-ca-file at its start and never again. A CA that was taken ' +
    'out of the file is still let in until the member restarts, and one that was added is not: a rotation looks ' +
    'done and is not, and after the next restart somebody is locked out. A listener tells the names of its CAs, ' +
    'not their keys: a new CA under the old name cannot be told from the old one, so give a new CA a new name.',
  remediation: 'Restart the members one after another, each when the one before is healthy again.',
  references: [],
  needs: ['probes', 'certificates'],
  subjects: members,
  judge: (subject, look) => judgeAgainstDisk(rule, subject, look),
  examples: [
    {
      name: 'the same CA',
      given: one({ certificates: [file(etcd)], listeners: pool(etcd) }),
      expect: { m1: 'pass' },
    },
    {
      name: 'a CA was taken out of the file',
      given: one({ certificates: [file(next)], listeners: pool(etcd, next) }),
      expect: { m1: 'fail' },
    },
    {
      name: 'a CA was added to the file',
      given: one({ certificates: [file(etcd, next)], listeners: pool(etcd) }),
      expect: { m1: 'fail' },
    },
    {
      name: 'no certificate is asked for',
      given: one({
        certificates: [file(etcd)],
        listeners: known([door({ caPool: known(null) })]),
      }),
      expect: { m1: 'not-applicable' },
    },
    {
      name: 'TLS 1.3 alone shows no names',
      given: one({
        certificates: [file(etcd)],
        listeners: known([door({ caPool: missing('the CA pool shows in TLS 1.2 only') })]),
      }),
      expect: { m1: 'unknown' },
    },
    {
      name: 'no file was looked at',
      given: one({ listeners: pool(etcd) }),
      expect: { m1: 'unknown' },
    },
  ],
})
