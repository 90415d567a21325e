import {
  backedUpBy,
  exampleRepository,
  exampleSnapshot,
  nothingNamed,
  storeDown,
} from '../backup-example.ts'
import { defineControl, fail, pass } from '../control.ts'
import {
  backedUp,
  backupsOf,
  evidence,
  ofThisCluster,
  readable,
  showAge,
  since,
} from '../judge-backups.ts'

const { drilled: _, proven: __, ...neverDrilled } = exampleSnapshot()

export default defineControl({
  id: 'backup-drilled',
  title: 'A snapshot was restored into a throw-away etcd not long ago, and it served',
  severity: 'medium',
  area: 'backups',
  rationale:
    'A backup is what was restored, not what was saved. Quotas, versions, lost encryption keys and missing identities ' +
    'show up at the first restore: better in a drill than in the disaster.',
  remediation: 'Run etcdkeep snapshot drill on a schedule; it records what passed, signed.',
  references: [],
  needs: ['backups'],
  subjects: backedUp,
  judge(all, look) {
    const { drilled: limit } = backupsOf(look).limits
    const found = readable(look).flatMap(({ name, list }) =>
      ofThisCluster(list, all).map((one) => ({ name, one })),
    )
    const [last] = found
      .flatMap(({ name, one }) => (one.drilled ? [{ name, one, drilled: one.drilled }] : []))
      .toSorted((a, b) => Date.parse(b.drilled.at) - Date.parse(a.drilled.at))
    if (!last) {
      const [place] = readable(look)
      return fail('no snapshot was ever drilled', [
        evidence(place?.name ?? '', 'no record of a drill'),
      ])
    }
    const { at, passed } = last.drilled
    const seen = evidence(
      last.name,
      `snapshot ${last.one.sequence} drilled at ${at}: ${passed ? 'passed' : 'failed'}`,
      passed ? 'passed' : 'failed',
    )
    if (!passed) return fail(`the last drill, of snapshot ${last.one.sequence}, failed`, [seen])
    const age = since(at, look.now)
    if (age > limit)
      return fail(`the last drill was ${showAge(age)} ago, more than ${showAge(limit)}`, [
        { ...seen, stable: 'too old' },
      ])
    return pass(`snapshot ${last.one.sequence} was drilled ${showAge(age)} ago and passed`, seen)
  },
  examples: [
    { name: 'this morning', given: backedUpBy([exampleRepository()]), expect: { etcd: 'pass' } },
    {
      name: 'never',
      given: backedUpBy([exampleRepository([neverDrilled])]),
      expect: { etcd: 'fail' },
    },
    {
      name: 'the last one failed, an older one passed',
      given: backedUpBy([
        exampleRepository([
          exampleSnapshot({ drilled: { at: '2026-11-21T09:30:00.000Z', passed: false } }),
          exampleSnapshot({ sequence: 40 }),
        ]),
      ]),
      expect: { etcd: 'fail' },
    },
    {
      name: 'half a year ago',
      given: backedUpBy([
        exampleRepository([
          exampleSnapshot({ drilled: { at: '2026-05-21T09:30:00.000Z', passed: true } }),
        ]),
      ]),
      expect: { etcd: 'fail' },
    },
    storeDown,
    nothingNamed,
  ],
})
