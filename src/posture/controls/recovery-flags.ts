import { known, valueOf } from '../../core/fact.ts'
import type { Evidence } from '../../core/finding.ts'
import { enabled, type Launch } from '../../effective/model.ts'
import { defineControl, fail, pass, unknown } from '../control.ts'
import { launch, member, seen } from '../example.ts'
import { members } from '../subjects.ts'

const FLAGS = ['force-new-cluster', 'unsafe-no-fsync'] as const

const evidence = (one: Launch, flag: string): Evidence => ({
  source: one.source,
  observed: `--${flag}=${enabled(one, flag)}`,
  layer: one.layer,
})

export default defineControl({
  id: 'recovery-flags',
  title: 'No flag of a disaster recovery was left on',
  severity: 'high',
  area: 'configuration',
  rationale:
    '--force-new-cluster makes a member forget all others at every start: the next restart splits the ' +
    'cluster. --unsafe-no-fsync loses acknowledged writes when the machine stops.',
  remediation: 'Remove the flag; it is for one start of one member, by hand.',
  references: [{ standard: 'etcd', id: 'disaster recovery' }],
  needs: [],
  subjects: members,
  judge(member) {
    const launches = [valueOf(member.running), valueOf(member.declared)].filter(
      (one) => one !== undefined,
    )
    const [first] = launches
    if (!first)
      return unknown('neither the process nor a manifest could be read', 'run on its host')
    const [bad, ...more] = launches.flatMap((one) =>
      FLAGS.filter((flag) => enabled(one, flag)).map((flag) => evidence(one, flag)),
    )
    if (bad) return fail(`${bad.observed} is for one recovery, not for every start`, [bad, ...more])
    return pass('no recovery flag is on', evidence(first, FLAGS[0]), evidence(first, FLAGS[1]))
  },
  examples: [
    {
      name: 'a new cluster, with corruption checks left off',
      given: seen({
        members: [member({ running: known(launch({ 'initial-cluster-state': 'new' })) })],
      }),
      expect: { m1: 'pass' },
    },
    {
      name: 'the manifest still forces a new cluster',
      given: seen({
        members: [
          member({
            running: known(launch({})),
            declared: known(launch({ 'force-new-cluster': 'true' }, { layer: 'declared' })),
          }),
        ],
      }),
      expect: { m1: 'fail' },
    },
    {
      name: 'writes are not synced',
      given: seen({ members: [member({ running: known(launch({ 'unsafe-no-fsync': 'true' })) })] }),
      expect: { m1: 'fail' },
    },
    { name: 'nothing was read', given: seen({ members: [member()] }), expect: { m1: 'unknown' } },
  ],
})
