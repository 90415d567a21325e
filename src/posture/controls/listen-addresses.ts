import { known } from '../../core/fact.ts'
import { urls, type Launch } from '../../effective/model.ts'
import { demandsCertificates, strangersRefused, strangersSeen } from '../cert-required.ts'
import { defineControl, pass, type Judgement } from '../control.ts'
import { launch, member, seen } from '../example.ts'
import { isLoopback, isWildcard } from '../gather/door.ts'
import {
  FLAGS,
  flagEvidence,
  isPlain,
  judgeDoors,
  launchesOf,
  plaintextSeen,
  urlsOf,
  type DoorRule,
} from '../judge-doors.ts'
import { door, openDoor, unreachable } from '../listener-example.ts'
import type { Member } from '../observation.ts'
import { members } from '../subjects.ts'

const ROLES = ['client', 'client-http', 'peer'] as const

const guarded = (launch: Launch, flag: string, url: string): boolean =>
  !isPlain(url) && demandsCertificates(launch, flag === FLAGS.peer ? 'peer-' : '')

/** Listening everywhere while only loopback is advertised: nobody outside is meant to come. */
const needless = (launch: Launch, flag: string): boolean => {
  const advertised = urls(
    launch,
    flag === FLAGS.peer ? 'initial-advertise-peer-urls' : 'advertise-client-urls',
  )
  return flag !== FLAGS.peer && advertised.length > 0 && advertised.every(isLoopback)
}

const rule: DoorRule = {
  roles: ROLES,
  concerns: isWildcard,
  configured: (launch) =>
    urlsOf(launch, ROLES)
      .filter(({ url }) => isWildcard(url))
      .flatMap(({ url, flag }) => {
        const evidence = flagEvidence(launch, flag)
        if (!guarded(launch, flag, url))
          return [{ summary: `${url} is open on every address, to anyone`, evidence }]
        return needless(launch, flag)
          ? [
              {
                summary: `${url} is open on every address, and only loopback is advertised`,
                evidence,
              },
            ]
          : []
      }),
  seen: (probe) =>
    isWildcard(probe.url) ? [...plaintextSeen(probe), ...strangersSeen(probe)] : [],
  proof: strangersRefused,
  stated: (launch) => flagEvidence(launch, FLAGS.client),
  good: 'listeners on every address turn strangers away',
  none: 'no listener is bound to every address',
}

/** Nothing listens on every address: there is nothing to probe. */
function bound(member: Member): Judgement | undefined {
  const launches = launchesOf(member)
  const [first] = launches
  if (!first || launches.some((one) => urlsOf(one, ROLES).some(({ url }) => isWildcard(url))))
    return undefined
  return pass(
    'listeners are bound to addresses of their own',
    flagEvidence(first, FLAGS.client),
    flagEvidence(first, FLAGS.peer),
  )
}

const everywhere = {
  'listen-client-urls': 'https://0.0.0.0:2379',
  'trusted-ca-file': '/pki/ca.crt',
}
const wildcard = { url: 'https://0.0.0.0:2379', address: '127.0.0.1:2379' }

export default defineControl({
  id: 'listen-addresses',
  title: 'Listeners open no wider than they are guarded',
  severity: 'medium',
  area: 'listeners',
  rationale:
    'A wildcard address opens the port on every network that the machine is, or will be, part of: ' +
    'pod networks, management, the internet. Behind mutual TLS that is a choice; without it, it is a breach.',
  remediation:
    "List loopback and the node's own address in --listen-client-urls and --listen-peer-urls.",
  references: [{ standard: 'NSA/CISA 1.2', id: 'etcd: restrict by firewall' }],
  needs: ['probes'],
  subjects: members,
  judge: (member, look) => bound(member) ?? judgeDoors(rule, member, look),
  examples: [
    {
      name: 'loopback and the address of the node',
      given: seen({
        members: [
          member({
            running: known(
              launch({ 'listen-client-urls': 'https://127.0.0.1:2379,https://10.0.0.1:2379' }),
            ),
          }),
        ],
      }),
      expect: { m1: 'pass' },
    },
    {
      name: 'every address, behind mutual TLS',
      given: seen({
        members: [
          member({ running: known(launch(everywhere)), listeners: known([door(wildcard)]) }),
        ],
      }),
      expect: { m1: 'pass' },
    },
    {
      name: 'every address, in plaintext',
      given: seen({
        members: [
          member({
            running: known(launch({ 'listen-client-urls': 'http://0.0.0.0:2379' })),
            listeners: known([openDoor({ ...wildcard, url: 'http://0.0.0.0:2379' })]),
          }),
        ],
      }),
      expect: { m1: 'fail' },
    },
    {
      name: 'every address, and the guard could not be tried',
      given: seen({
        members: [
          member({ running: known(launch(everywhere)), listeners: known([unreachable(wildcard)]) }),
        ],
      }),
      expect: { m1: 'unknown' },
    },
  ],
})
