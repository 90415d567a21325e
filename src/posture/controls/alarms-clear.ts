import { known } from '../../core/fact.ts'
import { defineControl, fail, pass } from '../control.ts'
import { clusterOf } from '../example-rpc.ts'
import { wholeCluster } from '../subjects.ts'

export default defineControl({
  id: 'alarms-clear',
  title: 'No alarm is raised',
  severity: 'high',
  area: 'watching',
  rationale:
    'NOSPACE turns every write away until somebody compacts, defragments and disarms; CORRUPT says that a member holds ' +
    "other data than the rest. etcd's /readyz stays green under NOSPACE.",
  remediation:
    'NOSPACE: compact, defragment every member, then `etcdctl alarm disarm`. CORRUPT: compare HashKV, replace the member that differs.',
  references: [],
  needs: ['rpc'],
  subjects: wholeCluster,
  judge(all, { need }) {
    const alarms = need(all.cluster.alarms)
    const text = alarms.map(({ alarm, memberId }) => `${alarm} on ${memberId}`).toSorted()
    const evidence = {
      source: 'etcd Alarm',
      observed: text.join(', ') || 'no alarm',
      layer: 'proven',
    } as const
    return alarms.length === 0
      ? pass('no alarm is raised', evidence)
      : fail(`raised: ${evidence.observed}`, [evidence])
  },
  examples: [
    { name: 'quiet', given: clusterOf({ alarms: known([]) }), expect: { etcd: 'pass' } },
    {
      name: 'full',
      given: clusterOf({ alarms: known([{ memberId: 'a1', alarm: 'NOSPACE' }]) }),
      expect: { etcd: 'fail' },
    },
    { name: 'not asked', given: clusterOf({}), expect: { etcd: 'unknown' } },
  ],
})
