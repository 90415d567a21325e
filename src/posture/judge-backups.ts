// What the controls over backups have in common: a repository that was read, or unknown with what is missing.
import { missing, valueOf } from '../core/fact.ts'
import type { Evidence } from '../core/finding.ts'
import { showDuration } from '../core/duration.ts'
import type { Judged, Look } from './control.ts'
import type { BackupFacts, BackupRepository, BackupSnapshot } from './facts/backups.ts'
import type { Member, Observation } from './observation.ts'

const UNNAMED = missing(
  'no snapshot repository was named',
  'where the snapshots are and who may sign them: --repository PLACE --trust KEY',
)

const DAY = 86_400_000

/** The cluster; judged too where repositories alone were looked at. */
export const backedUp = (all: Observation): readonly Judged<Observation>[] =>
  all.members.length === 0 && all.backups === undefined
    ? []
    : [{ subject: { kind: 'cluster', name: 'etcd' }, value: all }]

export const backupsOf = ({ all, need }: Look): BackupFacts => need(all.backups ?? UNNAMED)

/** Repositories that could be read, with their snapshots; the fact's own reason where none could. */
export function readable(
  look: Look,
): readonly (BackupRepository & { readonly list: readonly BackupSnapshot[] })[] {
  const { repositories } = backupsOf(look)
  const found = repositories.flatMap((one) =>
    one.snapshots.known ? [{ ...one, list: one.snapshots.value }] : [],
  )
  const [first] = repositories
  if (found.length === 0) look.need(first?.snapshots ?? UNNAMED)
  return found
}

/** What could not be read, as evidence that says so. */
export const unread = (look: Look): readonly Evidence[] =>
  backupsOf(look).repositories.flatMap(({ name, snapshots }) =>
    snapshots.known ? [] : [evidence(name, `not read: ${snapshots.why}`)],
  )

export const evidence = (name: string, observed: string, stable?: string): Evidence => ({
  source: `repository ${name}`,
  observed,
  layer: 'proven',
  ...(stable !== undefined && { stable }),
})

/** A member that was found on this machine, not merely asked from here. */
export const runsHere = (member: Member): boolean =>
  member.running.known || member.declared.known || member.visible !== undefined

/** Ids of the clusters that the members say they are of. */
export const clusterIds = ({ members }: Observation): ReadonlySet<string> =>
  new Set(members.flatMap((one) => valueOf(one.status)?.clusterId ?? []))

/** Whole snapshots of this cluster; of any where no member tells which it is. Newest first. */
export function ofThisCluster(
  snapshots: readonly BackupSnapshot[],
  all: Observation,
): readonly BackupSnapshot[] {
  const ids = clusterIds(all)
  return snapshots.filter(({ whole, cluster }) => whole && (ids.size === 0 || ids.has(cluster)))
}

/** `3 days`, `5 h`, `12 min`. */
export function showAge(ms: number): string {
  if (ms >= 2 * DAY) return `${Math.floor(ms / DAY)} days`
  return ms >= 3_600_000 ? `${Math.floor(ms / 3_600_000)} h` : showDuration(Math.max(0, ms))
}

/** Milliseconds since then. */
export const since = (at: string, now: Date): number => now.getTime() - Date.parse(at)
