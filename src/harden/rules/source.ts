// What starts a process, as far as it can be edited. Pure.
import type { Launch } from '../../effective/model.ts'
import type { UnitFiles } from '../../posture/gather/unit-files.ts'

/** A file that planning read. */
export interface Manifest {
  readonly text: string
  readonly mode: number
}

export type Source =
  | { readonly kind: 'manifest'; readonly path: string; readonly manifest: Manifest }
  | { readonly kind: 'unit'; readonly path: string; readonly files: UnitFiles }

export interface Sources {
  readonly manifests: ReadonlyMap<string, Manifest>
  readonly units: ReadonlyMap<string, UnitFiles>
}

/** Undefined for a process that nothing on this host declares, or whose file could not be read. */
export function sourceOf(read: Sources, launch: Launch | undefined): Source | undefined {
  const path = launch?.file
  if (path === undefined) return undefined
  const files = read.units.get(path)
  if (files) return { kind: 'unit', path, files }
  const manifest = read.manifests.get(path)
  return manifest && { kind: 'manifest', path, manifest }
}
