// Which snapshots a command line means.
import { KeepError } from '../../core/error.ts'
import type { Snapshot } from '../../repository/snapshot-state.ts'

const missing = (message: string) =>
  new KeepError('not-found', 'snapshot.not-found', message, {
    hint: 'see which there are with: etcdkeep snapshot list',
  })

/** Numbers as people write them; `latest` is the newest that is not pruned. Throws `usage` or `not-found`. */
export function selectSnapshots(
  snapshots: readonly Snapshot[],
  given: readonly string[],
): readonly Snapshot[] {
  const wanted = given.length === 0 ? ['latest'] : given
  return wanted.map((text) => {
    if (text === 'latest') {
      const newest = snapshots.findLast(({ pruned }) => !pruned)
      if (newest) return newest
      throw missing('there is no snapshot')
    }
    if (!/^\d{1,12}$/.test(text))
      throw new KeepError('usage', 'usage.argument', `${text} is no number of a snapshot`, {
        hint: 'as snapshot list shows it, or latest',
      })
    const found = snapshots.find(({ sequence }) => sequence === Number(text))
    if (!found) throw missing(`there is no snapshot ${text}`)
    if (found.pruned) throw missing(`snapshot ${text} was pruned: ${found.pruned.reason}`)
    return found
  })
}
