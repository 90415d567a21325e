import type { Inventory } from './inventory.ts'
import { parseName } from './names.ts'
import { notice, type Problem } from './problem.ts'
import type { Snapshot } from './snapshot-state.ts'

const NAMED = 20
const hint = 'a save that runs, or was interrupted; snapshot prune removes what can never be named'

export interface Strays {
  readonly problems: readonly Problem[]
  /** Those that can never be named: another snapshot has their number. */
  readonly overtaken: readonly string[]
}

/** Data and keys that no good manifest names; those of a `bad` manifest are told with it. */
export function straysIn(
  snapshots: readonly Snapshot[],
  inventory: Inventory,
  bad: ReadonlySet<number>,
): Strays {
  const ids = new Map(snapshots.map(({ sequence, manifest }) => [sequence, manifest.id]))
  const found = [...inventory.data.keys(), ...inventory.keys.keys()].flatMap((object) => {
    const name = parseName(object)
    if (!name || !('id' in name) || ids.get(name.sequence) === name.id) return []
    if (bad.has(name.sequence)) return []
    // Where the manifest is missing or changed, this may be all that is left of the snapshot.
    return [{ object, overtaken: ids.has(name.sequence) }]
  })
  const told = found
    .slice(0, NAMED)
    .map(({ object }) => notice('stray', `${object} belongs to no snapshot`, { object, hint }))
  const more = found.length - told.length
  const rest = more > 0 ? [notice('stray', `and ${more} more objects of no snapshot`)] : []
  return {
    problems: [...told, ...rest],
    overtaken: found.filter(({ overtaken }) => overtaken).map(({ object }) => object),
  }
}
