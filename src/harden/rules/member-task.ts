// What planning one member looks at.
import type { Launch } from '../../effective/model.ts'
import type { Owner } from '../../ports/files.ts'
import type { Move } from './doors.ts'
import type { Pair } from './material.ts'
import type { Manifest, Source } from './source.ts'

export interface MemberTask {
  readonly launch: Launch
  readonly source: Source
  /** Its own configuration file, where it has one: that replaces every flag and variable. */
  readonly config?: Manifest & { readonly path: string }
  readonly failed: ReadonlySet<string>
  readonly moves: { readonly client: Move; readonly peer: Move }
  /** As the member list has them; empty where it could not be read. */
  readonly advertisedPeers: readonly string[]
  readonly runs: boolean
  readonly cas: { readonly client: Pair; readonly peer: Pair }
  readonly usedPorts: ReadonlySet<number>
  /** Who runs it, where that is not root. */
  readonly owner?: Owner
}
