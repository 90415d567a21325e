// What starts a process, as far as it can be edited. Pure.
import type { Launch } from '../../effective/model.ts'
import type { UnitFiles } from '../../posture/gather/unit-files.ts'
import type { PlanInput } from './plan-input.ts'

/** A file that planning read. */
export interface Manifest {
  readonly text: string
  readonly mode: number
}

export type Source =
  | { readonly kind: 'manifest'; readonly path: string; readonly manifest: Manifest }
  | { readonly kind: 'unit'; readonly path: string; readonly files: UnitFiles }

/** Undefined for a process that nothing on this host declares, or whose file could not be read. */
export function sourceOf(input: PlanInput, launch: Launch | undefined): Source | undefined {
  const path = launch?.file
  if (path === undefined) return undefined
  const files = input.units.get(path)
  if (files) return { kind: 'unit', path, files }
  const manifest = input.manifests.get(path)
  return manifest && { kind: 'manifest', path, manifest }
}
