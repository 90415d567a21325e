import { known } from '../../core/fact.ts'
import { drift, type Drift } from '../../effective/drift.ts'
import { defineControl, fail, pass } from '../control.ts'
import { launch, member, seen } from '../example.ts'
import type { Apiserver, Member } from '../observation.ts'
import { apiservers, members } from '../subjects.ts'

const shown = (value: string) => (value === '' ? '(not set)' : value)
const said = ({ setting }: Drift, value: string) => `--${setting}=${shown(value)}`

export default defineControl<Member | Apiserver>({
  id: 'config-drift',
  title: 'The process runs with what its manifest or unit declares',
  severity: 'medium',
  area: 'configuration',
  rationale:
    'A manifest that was corrected protects nothing until the process is started again, and a ' +
    'process that was started by hand is protected only until its next restart.',
  remediation: 'Restart the process from its manifest, or correct the manifest.',
  references: [{ standard: 'NSA/CISA 1.2', id: 'Control plane hardening' }],
  needs: [],
  subjects: (all) => [...members(all), ...apiservers(all)],
  judge(subject, look) {
    const declared = look.need(subject.declared)
    const running = look.need(subject.running)
    const differences = drift(declared, running)
    const evidence = differences.flatMap((one) => [
      { source: running.source, observed: said(one, one.running), layer: running.layer },
      { source: declared.source, observed: said(one, one.declared), layer: declared.layer },
    ])
    const [first, ...rest] = evidence
    if (!first) {
      const observed = 'the same settings'
      return pass(
        'the process and its manifest agree',
        { source: running.source, observed, layer: running.layer },
        { source: declared.source, observed, layer: declared.layer },
      )
    }
    const names = differences.map((one) => `--${one.setting}`).join(', ')
    return fail(`declared and running differ in ${names}`, [first, ...rest])
  },
  examples: [
    {
      name: 'both say the same',
      given: seen({
        members: [
          member({
            running: known(launch({ 'client-cert-auth': 'true' })),
            declared: known(launch({ 'client-cert-auth': 'true' }, { layer: 'declared' })),
          }),
        ],
      }),
      expect: { m1: 'pass' },
    },
    {
      name: 'an old process behind a new manifest',
      given: seen({
        members: [
          member({
            running: known(launch({ 'client-cert-auth': 'false' })),
            declared: known(launch({ 'client-cert-auth': 'true' }, { layer: 'declared' })),
          }),
        ],
      }),
      expect: { m1: 'fail' },
    },
    {
      name: 'the cluster state is read only when a member is made',
      given: seen({
        members: [
          member({
            running: known(launch({ 'initial-cluster-state': 'new' })),
            declared: known(launch({ 'initial-cluster-state': 'existing' }, { layer: 'declared' })),
          }),
        ],
      }),
      expect: { m1: 'pass' },
    },
    {
      name: 'no manifest was found',
      given: seen({ members: [member({ running: known(launch({})) })] }),
      expect: { m1: 'unknown' },
    },
  ],
})
