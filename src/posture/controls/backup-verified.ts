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

const { verified: _, ...neverVerified } = exampleSnapshot()

export default defineControl({
  id: 'backup-verified',
  title: 'Snapshots are verified in the store, and nothing speaks against the repository',
  severity: 'high',
  area: 'backups',
  rationale:
    'Bytes rot, uploads end early, and whoever can write to the store can change, remove, replay or hide snapshots. ' +
    'Most tools find out at the restore, if at all.',
  remediation:
    'Look at etcdkeep snapshot list where something is wrong. Run etcdkeep snapshot verify --all --unless-within 7d on ' +
    'a schedule, with a signing key of its own that records what passed.',
  references: [],
  needs: ['backups'],
  subjects: backedUp,
  judge(all, look) {
    const { verified: limit, rpo } = backupsOf(look).limits
    const within = Math.max(limit, rpo)
    for (const { name, problems } of readable(look)) {
      const [first] = problems
      if (first)
        return fail(
          first.message,
          problems.slice(0, 5).map((one) => evidence(name, one.message, one.code)) as [
            ReturnType<typeof evidence>,
          ],
        )
    }
    const found = readable(look).flatMap(({ name, list }) =>
      ofThisCluster(list, all).map((one) => ({ name, one })),
    )
    const good = found.find(({ one }) => one.verified && since(one.created, look.now) <= within)
    if (good?.one.verified) {
      const { at, depth } = good.one.verified
      const what = depth === 'opened' ? 'opened and read as a database' : 'its sealed bytes hashed'
      return pass(
        `snapshot ${good.one.sequence} was verified ${showAge(since(at, look.now))} ago, ${what}`,
        evidence(good.name, `snapshot ${good.one.sequence} verified (${depth}) at ${at}`, depth),
      )
    }
    const [newest] = found
    const [place] = readable(look)
    const name = newest?.name ?? place?.name ?? ''
    return fail(`no snapshot of the last ${showAge(within)} was verified in the store`, [
      evidence(
        name,
        newest ? `snapshot ${newest.one.sequence}: no record of it` : 'no whole snapshot',
        'none',
      ),
    ])
  },
  examples: [
    { name: 'verified since', given: backedUpBy([exampleRepository()]), expect: { etcd: 'pass' } },
    {
      name: 'only an older one was, within the week',
      given: backedUpBy([
        exampleRepository([
          neverVerified,
          exampleSnapshot({ sequence: 40, created: '2026-11-20T09:00:00.000Z' }),
        ]),
      ]),
      expect: { etcd: 'pass' },
    },
    {
      name: 'never',
      given: backedUpBy([exampleRepository([neverVerified])]),
      expect: { etcd: 'fail' },
    },
    {
      name: 'verified, but the newest were removed',
      given: backedUpBy([
        exampleRepository(undefined, {
          problems: [{ code: 'rolled-back', message: 'snapshots 42 to 44 are missing' }],
        }),
      ]),
      expect: { etcd: 'fail' },
    },
    storeDown,
    nothingNamed,
  ],
})
