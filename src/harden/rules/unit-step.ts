// What changes for a process that systemd starts. Pure.
import type { Program } from '../../effective/model.ts'
import { editUnit } from '../edit-unit.ts'
import type { FileChange, FlagChanges, UnitStep } from '../model.ts'
import type { Edited } from './edited.ts'
import type { Source } from './source.ts'

/** `config` holds the changes instead of the flags, where it is given. Undefined where nothing has to change. */
export function unitStep(
  { files }: Source & { readonly kind: 'unit' },
  program: Program,
  flags: FlagChanges,
  config?: FileChange,
): Edited<UnitStep> | undefined {
  const { dropIn, ...edited } = editUnit(files, program, flags)
  if (!dropIn && !config) return undefined
  return { kind: 'unit', ...edited, ...(dropIn && { dropIn }), ...(config && { config }) }
}
