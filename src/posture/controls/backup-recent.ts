import { missing } from '../../core/fact.ts'
import {
  backedUpBy,
  exampleRepository,
  exampleSnapshot,
  nothingNamed,
  storeDown,
} from '../backup-example.ts'
import { defineControl, fail, pass, unknown, type Look } from '../control.ts'
import { launch, member } from '../example.ts'
import {
  backedUp,
  backupsOf,
  clusterIds,
  evidence,
  ofThisCluster,
  readable,
  showAge,
  since,
  unread,
} from '../judge-backups.ts'
import { known } from '../../core/fact.ts'

/** The newest whole snapshot of this cluster in each repository, the newest of all first. */
const newest = (look: Look) =>
  readable(look)
    .flatMap(({ name, list }) =>
      ofThisCluster(list, look.all)
        .slice(0, 1)
        .map((one) => ({ name, one })),
    )
    .toSorted((a, b) => Date.parse(b.one.created) - Date.parse(a.one.created))

/** A repository full of another cluster's snapshots is no backup of this one. */
function elsewhere(look: Look) {
  const others = readable(look).flatMap(({ name, list }) =>
    list.filter(({ whole }) => whole).map(({ cluster }) => evidence(name, `of cluster ${cluster}`)),
  )
  const [first] = others
  return (
    first && {
      ...first,
      observed: `${first.observed}, not of ${[...clusterIds(look.all)].join(', ')}`,
    }
  )
}

export default defineControl({
  id: 'backup-recent',
  title: 'There is a snapshot of this cluster that is young enough',
  severity: 'high',
  area: 'backups',
  rationale:
    'What was written since the last good snapshot is lost with the cluster. A job that silently stopped weeks ago ' +
    'looks like one that runs. Age, cluster and wholeness are taken from signed manifests, not from names or dates of files.',
  remediation:
    'Run etcdkeep snapshot save on a schedule. How old the newest may be is --rpo, a day where nothing is said.',
  references: [],
  needs: ['backups', 'rpc'],
  subjects: backedUp,
  judge(all, look) {
    const { rpo } = backupsOf(look).limits
    const [best] = newest(look)
    const [missed] = unread(look)
    if (!best) {
      if (missed)
        return unknown(
          'no repository that could be read has a snapshot of this cluster',
          missed.observed,
          [missed],
        )
      const [place] = readable(look)
      const other = elsewhere(look)
      return other
        ? fail('the snapshots are of another cluster', [other])
        : fail('there is no whole snapshot', [evidence(place?.name ?? '', 'no whole snapshot')])
    }
    const { name, one } = best
    const age = since(one.created, look.now)
    const seen = evidence(
      name,
      `snapshot ${one.sequence} of cluster ${one.cluster}, saved ${one.created}`,
      age > rpo ? 'too old' : 'young enough',
    )
    if (age > rpo) {
      if (missed)
        return unknown(`the newest that could be read is ${showAge(age)} old`, missed.observed, [
          seen,
          missed,
        ])
      return fail(`the newest snapshot is ${showAge(age)} old, more than ${showAge(rpo)}`, [seen])
    }
    const [first] = all.members
    if (first && clusterIds(all).size === 0) look.need(first.status)
    return pass(`the newest snapshot is ${showAge(age)} old`, seen)
  },
  examples: [
    { name: 'an hour old', given: backedUpBy([exampleRepository()]), expect: { etcd: 'pass' } },
    {
      name: 'three days old',
      given: backedUpBy([
        exampleRepository([exampleSnapshot({ created: '2026-11-18T09:00:00.000Z' })]),
      ]),
      expect: { etcd: 'fail' },
    },
    {
      name: 'a young one whose data is gone does not count',
      given: backedUpBy([exampleRepository([exampleSnapshot({ whole: false })])]),
      expect: { etcd: 'fail' },
    },
    {
      name: 'snapshots of another cluster',
      given: backedUpBy([exampleRepository([exampleSnapshot({ cluster: 'ffff' })])]),
      expect: { etcd: 'fail' },
    },
    {
      name: 'nobody tells which cluster this is',
      given: backedUpBy([exampleRepository()], {
        members: [member({ running: known(launch({})), status: missing('m1 did not answer') })],
      }),
      expect: { etcd: 'unknown' },
    },
    {
      name: 'one of two stores has it',
      given: backedUpBy([exampleRepository([], { name: 'file:///backups' }), exampleRepository()]),
      expect: { etcd: 'pass' },
    },
    storeDown,
    nothingNamed,
  ],
})
