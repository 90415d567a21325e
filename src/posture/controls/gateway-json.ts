import { known, valueOf } from '../../core/fact.ts'
import { setting, type Launch } from '../../effective/model.ts'
import { demandsCertificates } from '../cert-required.ts'
import { defineControl } from '../control.ts'
import { launch, member, seen } from '../example.ts'
import {
  CLIENT_ROLES,
  flagEvidence,
  isPlain,
  judgeDoors,
  urlsOf,
  type DoorRule,
} from '../judge-doors.ts'
import { door, openDoor, unreachable } from '../listener-example.ts'
import type { Member } from '../observation.ts'
import { members } from '../subjects.ts'
import { anonymousRefused, pathSeen } from '../web-surface.ts'

const PATH = '/v3/kv/range'

const off = (launch: Launch) => setting(launch, 'enable-grpc-gateway') === 'false'

/** etcd 3.4 has it off where a configuration file does not name it; which version runs only shows at the door. */
const seenOff = (member: Member, url: string): boolean =>
  (valueOf(member.listeners) ?? []).some(
    (probe) => probe.url === url && probe.http[PATH]?.anonymous.detail === 'HTTP 404',
  )

const rule: DoorRule = {
  roles: CLIENT_ROLES,
  configured: (launch, member) =>
    urlsOf(launch, CLIENT_ROLES)
      .filter(({ url }) => !seenOff(member, url))
      .filter(({ url }) => !off(launch) && (isPlain(url) || !demandsCertificates(launch, '')))
      .filter(({ url }) => !url.startsWith('unix'))
      .map(({ url, flag }) => ({
        summary: `the JSON gateway on ${url} asks for no certificate`,
        evidence: flagEvidence(launch, flag),
      })),
  seen: (probe) => pathSeen(probe, PATH, ['anonymous']),
  proof: (probe) => anonymousRefused(probe, PATH),
  stated: (launch) => flagEvidence(launch, 'trusted-ca-file'),
  good: 'the JSON gateway is off, or asks for a certificate',
  none: 'there is no client listener',
}

export default defineControl({
  id: 'gateway-json',
  title: 'The JSON gateway answers nobody without a certificate',
  severity: 'low',
  area: 'listeners',
  rationale:
    'The gateway serves the whole API to plain HTTP clients, so a browser or a request forged through ' +
    'another server is enough to read a key. Kubernetes does not use it.',
  remediation: 'Set --enable-grpc-gateway=false, and demand client certificates.',
  references: [],
  needs: ['probes'],
  subjects: members,
  judge: (member, look) => judgeDoors(rule, member, look),
  examples: [
    {
      name: 'a caller without a certificate is refused',
      given: seen({ members: [member({ listeners: known([door()]) })] }),
      expect: { m1: 'pass' },
    },
    {
      name: 'anyone may ask',
      given: seen({ members: [member({ listeners: known([openDoor()]) })] }),
      expect: { m1: 'fail' },
    },
    {
      name: 'a manifest with a plaintext URL and the gateway on',
      given: seen({
        members: [
          member({
            declared: known(
              launch({ 'listen-client-urls': 'http://10.0.0.1:2379' }, { layer: 'declared' }),
            ),
          }),
        ],
      }),
      expect: { m1: 'fail' },
    },
    {
      name: 'the port could not be reached',
      given: seen({ members: [member({ listeners: known([unreachable()]) })] }),
      expect: { m1: 'unknown' },
    },
  ],
})
