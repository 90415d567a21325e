// What happened to a snapshot after it was taken; a chain of its own, so that no record is lost unseen.
import type { Sha256, Tip } from './model.ts'

interface About {
  readonly snapshot: { readonly sequence: number; readonly id: string }
}

export type RecordEvent =
  /** `stored`: the sealed bytes are those of the manifest. `opened`: decrypted, hashed, and read as a database. */
  | (About & { readonly kind: 'verified'; readonly depth: 'stored' | 'opened' })
  /** Restored into a throw-away etcd; `evidence` is the drill's own document. */
  | (About & {
      readonly kind: 'drilled'
      readonly passed: boolean
      readonly evidence: Readonly<Record<string, unknown>>
    })
  | (About & { readonly kind: 'held'; readonly reason: string })
  | (About & { readonly kind: 'released'; readonly reason: string })
  /** Written before data and keys are removed. */
  | (About & { readonly kind: 'pruned'; readonly reason: string })
  /** The newest wrapping of the data key. */
  | (About & {
      readonly kind: 'rekeyed'
      readonly generation: number
      readonly sha256: Sha256
      readonly recipients: readonly { readonly service: string; readonly key: string }[]
    })
  /** An operator has seen that these manifests (`from` to `to`) are gone for good. */
  | {
      readonly kind: 'acknowledged'
      readonly folder: 'manifests' | 'records'
      readonly from: number
      readonly to: number
      readonly reason: string
    }

export interface RepositoryRecord {
  readonly format: 'etcdkeep.record/v1'
  /** From 1, without gaps; not that of the snapshot. */
  readonly sequence: number
  readonly previous: Sha256 | null
  /** The last manifest when this was written. */
  readonly manifests: Tip | null
  readonly at: string
  readonly tool: string
  readonly event: RecordEvent
}
