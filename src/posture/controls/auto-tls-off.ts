import { enabled, setting, type Launch } from '../../effective/model.ts'
import { known, valueOf } from '../../core/fact.ts'
import type { Evidence } from '../../core/finding.ts'
import { defineControl, fail, pass, unknown } from '../control.ts'
import { authority } from '../authority-example.ts'
import { launch, member, seen } from '../example.ts'
import type { ListenerProbe } from '../facts/probes.ts'
import { probeEvidence } from '../judge-doors.ts'
import { door } from '../listener-example.ts'
import { cis } from '../references.ts'
import { members } from '../subjects.ts'

const SIDES = [
  { flag: 'auto-tls', certificate: 'cert-file' },
  { flag: 'peer-auto-tls', certificate: 'peer-cert-file' },
] as const

/** etcd ignores the flag where a certificate is given ("ignoring client auto TLS since certs given"). */
const takesEffect = (one: Launch, side: (typeof SIDES)[number]) =>
  enabled(one, side.flag) && setting(one, side.certificate) === undefined

/** The certificate that etcd makes for itself: organisation `etcd`, no common name, signed by its own key. */
function selfMade(probe: ListenerProbe): Evidence | undefined {
  const leaf = probe.served.known ? probe.served.value[0] : undefined
  const made =
    leaf?.subjectDer === leaf?.issuerDer &&
    leaf?.commonName === '' &&
    leaf.organizations.includes('etcd')
  return made
    ? probeEvidence(probe, 'tls chain', {
        outcome: 'answered',
        detail: 'a certificate that etcd made for itself',
      })
    : undefined
}

const evidence = (one: Launch, flag: string): Evidence => ({
  source: one.source,
  observed: `--${flag}=${one.settings[flag]?.value ?? 'false'}`,
  layer: one.layer,
})

const SELF_MADE = { ...authority('O=etcd', 'dd'), commonName: '', organizations: ['etcd'] }

export default defineControl({
  id: 'auto-tls-off',
  title: 'etcd uses issued certificates, not certificates it made for itself',
  severity: 'high',
  area: 'listeners',
  rationale:
    'With --auto-tls or --peer-auto-tls a member signs its own certificate and checks nobody. ' +
    'The traffic is encrypted to whoever answers: a man in the middle, or any client at all.',
  remediation: 'Remove the flag and give the listener a certificate of the etcd CA.',
  references: [
    ...cis('etcd-auto-tls'),
    ...cis('etcd-peer-auto-tls'),
    { standard: 'DISA STIG', id: 'V-242379' },
    { standard: 'DISA STIG', id: 'V-242380' },
  ],
  needs: ['probes'],
  subjects: members,
  judge(member) {
    const launches = [valueOf(member.running), valueOf(member.declared)].filter(
      (one) => one !== undefined,
    )
    const [first] = launches
    for (const probe of valueOf(member.listeners) ?? []) {
      const made = selfMade(probe)
      if (made) return fail(`${probe.url} shows a certificate that etcd made for itself`, [made])
    }
    if (!first)
      return unknown(
        'neither the process nor a manifest of this member could be read',
        'run on its host',
      )
    for (const one of launches)
      for (const side of SIDES)
        if (takesEffect(one, side))
          return fail(`--${side.flag} is on and no certificate overrides it`, [
            evidence(one, side.flag),
          ])
    const client = evidence(first, 'auto-tls')
    return pass(
      'certificates are issued, not self-made',
      client,
      ...launches.map((one) => evidence(one, 'peer-auto-tls')),
    )
  },
  examples: [
    {
      name: 'off by default',
      given: seen({ members: [member({ running: known(launch({})) })] }),
      expect: { m1: 'pass' },
    },
    {
      name: 'peers make their own certificates',
      given: seen({ members: [member({ running: known(launch({ 'peer-auto-tls': 'true' })) })] }),
      expect: { m1: 'fail' },
    },
    {
      name: 'the flag is on but a certificate overrides it',
      given: seen({
        members: [
          member({
            running: known(launch({ 'auto-tls': 'true', 'cert-file': '/pki/server.crt' })),
          }),
        ],
      }),
      expect: { m1: 'pass' },
    },
    {
      name: 'the listener of a remote member shows a self-made certificate',
      given: seen({
        members: [member({ listeners: known([door({ served: known([SELF_MADE]) })]) })],
      }),
      expect: { m1: 'fail' },
    },
    {
      name: 'nothing could be read',
      given: seen({ members: [member()] }),
      expect: { m1: 'unknown' },
    },
  ],
})
