import { KeepError } from '../core/error.ts'
import { didYouMean } from '../core/nearest.ts'
import type { Control, Need } from './control.ts'

/** The controls with these ids, all where none is named. Throws `usage` for one that does not exist. */
export function selectControls(
  ids: readonly string[],
  controls: readonly Control[],
): readonly Control[] {
  if (ids.length === 0) return controls
  const names = controls.map((one) => one.id)
  for (const id of ids)
    if (!names.includes(id))
      throw new KeepError('usage', 'check.unknown-control', `there is no control ${id}`, {
        hint: didYouMean(id, names, 'etcdkeep explain lists the controls'),
      })
  return controls.filter((one) => ids.includes(one.id))
}

export const needsOf = (controls: readonly Control[]): ReadonlySet<Need> =>
  new Set(controls.flatMap((control) => control.needs))
