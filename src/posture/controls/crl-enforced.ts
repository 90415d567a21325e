import { known, valueOf } from '../../core/fact.ts'
import type { Evidence } from '../../core/finding.ts'
import { setting, type Launch } from '../../effective/model.ts'
import { defineControl, fail, notApplicable, pass, unknown, type Look } from '../control.ts'
import { launch, member, seen } from '../example.ts'
import { flagEvidence, GOOD_ACCESS, launchesOf, withoutControl } from '../judge-doors.ts'
import { answered, door, refused } from '../listener-example.ts'
import type { Member } from '../observation.ts'
import { members } from '../subjects.ts'

const CRL_FLAGS = ['client-crl-file', 'peer-crl-file'] as const

/** The first release of each line in which both listeners look at the list (CVE-2026-59818). */
const SPLIT_FIXED: Readonly<Record<string, number>> = { '3.4': Infinity, '3.5': 32, '3.6': 13 }

function splitForgets(version: string): boolean {
  const [, line = '', patch = '0'] = /^(\d+\.\d+)\.(\d+)/.exec(version) ?? []
  return Number(patch) < (SPLIT_FIXED[line] ?? 0)
}

const atLeast36 = (version: string): boolean => {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major > 3 || (major === 3 && minor >= 6)
}

/** Settings that were meant to switch the list on and do not: no configuration file can name one. */
const ignored = (launch: Launch): Evidence | undefined => {
  const problem = launch.problems.find(
    (one) =>
      /crl-file/.test(one.setting) &&
      ['overridden', 'unknown-key', 'unknown-environment', 'unknown-flag'].includes(one.code),
  )
  return (
    problem && {
      source: launch.source,
      observed: `${problem.setting} is ignored`,
      layer: launch.layer,
    }
  )
}

function faults(
  launch: Launch,
  member: Member,
  look: Look,
): readonly [string, Evidence] | undefined {
  const lost = ignored(launch)
  if (lost) return ['a revocation list is configured where etcd does not read it', lost]
  const flag = CRL_FLAGS.find((name) => setting(launch, name) !== undefined)
  if (!flag) return undefined
  const version = valueOf(member.status)?.version ?? ''
  const split = setting(launch, 'listen-client-http-urls') !== undefined
  if (flag === 'client-crl-file' && split && splitForgets(version))
    return [
      `etcd ${version} with --listen-client-http-urls ignores the list on the gRPC port (CVE-2026-59818)`,
      flagEvidence(launch, 'listen-client-http-urls'),
    ]
  const pem = look.all.files.find((file) => file.role === 'crl' && file.holds.includes('X509 CRL'))
  return pem && atLeast36(version)
    ? [
        `${pem.path} is PEM, and etcd ${version} reads DER alone: every connection is refused`,
        flagEvidence(launch, flag),
      ]
    : undefined
}

export default defineControl({
  id: 'crl-enforced',
  title: 'Revoked certificates are turned away',
  severity: 'high',
  area: 'listeners',
  rationale:
    'A revocation list can be named by flag or environment alone: in a configuration file the key is ignored ' +
    'without a word, and a flag beside such a file is too. Some releases forget it when HTTP has a listener ' +
    'of its own, and from 3.6 on a list in PEM locks everyone out.',
  remediation:
    'Give --client-crl-file (and --peer-crl-file) as flags, in DER from 3.6 on; leave --listen-client-http-urls away or update etcd.',
  references: [{ standard: 'CVE', id: 'CVE-2026-59818' }],
  needs: ['probes', 'files', 'rpc'],
  subjects: members,
  judge(member, look) {
    const launches = launchesOf(member)
    const [first] = launches
    if (!first)
      return unknown('neither the process nor a manifest could be read', "run on the member's host")
    for (const launch of launches) {
      const fault = faults(launch, member, look)
      if (fault) return fail(fault[0], [fault[1]])
    }
    const flag = CRL_FLAGS.find((name) => setting(first, name) !== undefined)
    if (!flag) return notApplicable('no revocation list is configured')
    const stated = flagEvidence(first, flag)
    if (!look.all.probed) return pass('a revocation list is in force', stated)
    if (setting(first, 'listen-client-http-urls') !== undefined && !member.status.known)
      return unknown('which release runs is not known', GOOD_ACCESS, [stated])
    const role = flag === 'client-crl-file' ? 'client' : 'peer'
    const doors = look.need(member.listeners).filter((probe) => probe.role === role)
    // etcd reads the list on each connection and refuses everyone where it cannot.
    const lacking = doors.map(withoutControl).find((why) => why !== undefined)
    return lacking === undefined && doors.length > 0
      ? pass('a revocation list is in force, and the listener can read it', stated)
      : unknown(lacking ?? 'no listener was probed', GOOD_ACCESS, [stated])
  },
  examples: [
    {
      name: 'the list is a flag and the listener answers',
      given: seen({
        members: [
          member({
            running: known(launch({ 'client-crl-file': '/pki/ca.crl' })),
            listeners: known([door()]),
          }),
        ],
      }),
      expect: { m1: 'pass' },
    },
    {
      name: 'the list stands in a configuration file',
      given: seen({
        members: [
          member({
            running: known(
              launch(
                {},
                {
                  configFile: '/etc/etcd.yaml',
                  problems: [
                    {
                      code: 'unknown-key',
                      fatal: false,
                      setting: 'client-transport-security.crl-file',
                      message: 'etcd knows no such key',
                    },
                  ],
                },
              ),
            ),
          }),
        ],
      }),
      expect: { m1: 'fail' },
    },
    {
      name: 'nobody is let in, as with a list that cannot be read',
      given: seen({
        members: [
          member({
            running: known(launch({ 'client-crl-file': '/pki/ca.crl' })),
            listeners: known([door({ tls: { none: refused, good: refused } })]),
          }),
        ],
      }),
      expect: { m1: 'unknown' },
    },
    {
      name: 'no list is configured',
      given: seen({
        members: [
          member({
            running: known(launch({})),
            listeners: known([door({ tls: { none: refused, good: answered } })]),
          }),
        ],
      }),
      expect: { m1: 'not-applicable' },
    },
  ],
})
