import { known } from '../../core/fact.ts'
import { enabled, setting } from '../../effective/model.ts'
import { defineControl } from '../control.ts'
import { launch, member, seen } from '../example.ts'
import { CLIENT_ROLES, flagEvidence, judgeDoors, type DoorRule } from '../judge-doors.ts'
import { door, page, refused, unreachable } from '../listener-example.ts'
import { members } from '../subjects.ts'
import { anonymousRefused, pathSeen } from '../web-surface.ts'
import { probeEvidence } from '../judge-doors.ts'

const PATHS = ['/debug/pprof/', '/debug/requests'] as const

const rule: DoorRule = {
  roles: CLIENT_ROLES,
  configured: (launch) => [
    ...(enabled(launch, 'enable-pprof')
      ? [{ summary: 'profiling is switched on', evidence: flagEvidence(launch, 'enable-pprof') }]
      : []),
    ...(setting(launch, 'log-level') === 'debug' || enabled(launch, 'debug')
      ? [
          {
            summary: 'debug logging also serves profiles and recent requests over HTTP',
            evidence: flagEvidence(launch, enabled(launch, 'debug') ? 'debug' : 'log-level'),
          },
        ]
      : []),
  ],
  seen: (probe) => PATHS.flatMap((path) => pathSeen(probe, path, ['anonymous', 'withGood'])),
  proof(probe) {
    const [path] = PATHS
    const good = probe.http[path]?.withGood
    return good?.outcome === 'refused'
      ? probeEvidence(probe, `http ${path} withGood`, good)
      : anonymousRefused(probe, path)
  },
  stated: (launch) => flagEvidence(launch, 'enable-pprof'),
  good: 'profiles and request traces are not served',
  none: 'there is no client listener',
}

export default defineControl({
  id: 'debug-endpoints',
  title: 'Debugging pages are off',
  severity: 'medium',
  area: 'listeners',
  rationale:
    '--enable-pprof and --log-level=debug serve profiles and recent requests to every client, past RBAC: ' +
    'memory contents in profiles, user names and password hashes in /debug/requests (CVE-2021-28235).',
  remediation: 'Remove --enable-pprof and --log-level=debug.',
  references: [{ standard: 'CVE', id: 'CVE-2021-28235' }],
  needs: ['probes'],
  subjects: members,
  judge: (member, look) => judgeDoors(rule, member, look),
  examples: [
    {
      name: 'the pages do not exist, for the good client either',
      given: seen({ members: [member({ listeners: known([door()]) })] }),
      expect: { m1: 'pass' },
    },
    {
      name: 'profiles are served to every client',
      given: seen({
        members: [
          member({
            listeners: known([
              door({ http: { '/debug/pprof/': { anonymous: refused, withGood: page } } }),
            ]),
          }),
        ],
      }),
      expect: { m1: 'fail' },
    },
    {
      name: 'the Host name is turned away before any page is looked for',
      given: seen({
        members: [
          member({
            listeners: known([
              door({
                http: {
                  '/debug/pprof/': {
                    anonymous: { ...page, outcome: 'denied', detail: 'HTTP 421' },
                  },
                },
              }),
            ]),
          }),
        ],
      }),
      expect: { m1: 'unknown' },
    },
    {
      name: 'debug logging',
      given: seen({ members: [member({ running: known(launch({ 'log-level': 'debug' })) })] }),
      expect: { m1: 'fail' },
    },
    {
      name: 'the port could not be reached',
      given: seen({ members: [member({ listeners: known([unreachable()]) })] }),
      expect: { m1: 'unknown' },
    },
  ],
})
