import { known, valueOf } from '../../core/fact.ts'
import type { Evidence } from '../../core/finding.ts'
import type { Launch, Problem } from '../../effective/model.ts'
import { defineControl, fail, pass, unknown } from '../control.ts'
import { launch, member, seen } from '../example.ts'
import type { Apiserver, Member } from '../observation.ts'
import { apiservers, members } from '../subjects.ts'

const evidence = (one: Launch, observed: string): Evidence => ({
  source: one.source,
  observed,
  layer: one.layer,
})

/** A process that runs has shown that nothing in its launch stops it. */
const real = (one: Launch, running: Launch | undefined): readonly Problem[] =>
  one.problems.filter(
    ({ fatal, code, setting }) =>
      !fatal ||
      (one.layer === 'declared' &&
        !running?.problems.some((other) => other.code === code && other.setting === setting)),
  )

const refused: Problem = {
  code: 'misplaced-flag',
  fatal: true,
  setting: 'encryption-provider-config',
  message: '--encryption-provider-config belongs to kube-apiserver: etcd refuses to start',
}
const ignored: Problem = {
  code: 'unknown-key',
  fatal: false,
  setting: 'client-transport-security.client-cert-auht',
  message: 'etcd knows no such key here and ignores it without a word',
}

export default defineControl<Member | Apiserver>({
  id: 'config-starts',
  title: 'Everything that is configured is read, and the program starts with it',
  severity: 'high',
  area: 'configuration',
  rationale:
    'etcd takes the last of repeated flags, ignores keys it does not know, drops every flag when a ' +
    'configuration file is given, and refuses to start on flags of other programs. What is written ' +
    'is then not what protects, or the member does not come back after its next restart.',
  remediation: 'Correct or remove what each piece of evidence names.',
  references: [{ standard: 'etcd', id: 'configuration flags' }],
  needs: [],
  subjects: (all) => [...members(all), ...apiservers(all)],
  judge(subject) {
    const running = valueOf(subject.running)
    const launches = [running, valueOf(subject.declared)].filter((one) => one !== undefined)
    const [first] = launches
    if (!first)
      return unknown(
        'neither the process nor a manifest could be read in full',
        (!subject.running.known && subject.running.access) || 'run as root on its host',
      )
    const [problem, ...more] = launches.flatMap((one) =>
      real(one, running).map(({ message }) => evidence(one, message)),
    )
    if (problem) return fail(problem.observed, [problem, ...more])
    return pass(
      'every flag, variable and key is known and given once',
      evidence(first, 'nothing is unknown, repeated, conflicting or overridden'),
    )
  },
  examples: [
    {
      name: 'nothing odd',
      given: seen({ members: [member({ running: known(launch({})) })] }),
      expect: { m1: 'pass' },
    },
    {
      name: 'a flag of kube-apiserver on etcd',
      given: seen({
        members: [
          member({ declared: known(launch({}, { layer: 'declared', problems: [refused] })) }),
        ],
      }),
      expect: { m1: 'fail' },
    },
    {
      name: 'a misspelt key in the configuration file of a running member',
      given: seen({ members: [member({ running: known(launch({}, { problems: [ignored] })) })] }),
      expect: { m1: 'fail' },
    },
    {
      name: 'a process that runs refutes what seems to stop it',
      given: seen({ members: [member({ running: known(launch({}, { problems: [refused] })) })] }),
      expect: { m1: 'pass' },
    },
    {
      name: 'nothing could be read',
      given: seen({ members: [member()] }),
      expect: { m1: 'unknown' },
    },
  ],
})
