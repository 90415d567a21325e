// Everything that planning looks at.
import type { Finding } from '../../core/finding.ts'
import type { Observation } from '../../posture/observation.ts'
import type { UnitFiles } from '../../posture/gather/unit-files.ts'
import type { Door } from './doors.ts'
import type { Manifest } from './source.ts'

export interface PlanInput {
  readonly observation: Observation
  readonly findings: readonly Finding[]
  /** Manifests and configuration files by path on the host; one that could not be read is left out. */
  readonly manifests: ReadonlyMap<string, Manifest>
  /** systemd units, by the path of the unit's own file. */
  readonly units: ReadonlyMap<string, UnitFiles>
  /** Whether an init system runs here that restarts units when it is asked. */
  readonly supervised: boolean
  /** CA certificates on the host whose key lies beside them. */
  readonly caKeys: ReadonlyMap<string, string>
  /** Modes of files that findings name. */
  readonly modes: ReadonlyMap<string, number>
  /** Where the CAs of the closed doors live, or are to be made. */
  readonly caDirectory: string
  /** Whether a CA may be made there: not when members elsewhere would need the same one. */
  readonly mayMakeCa: boolean
  /** Doors that are closed with the CA in that directory wherever they are closed. */
  readonly ownDoors: ReadonlySet<Door>
  /** Peer certificates in use that carry the link to an older CA. */
  readonly linked: readonly string[]
}
