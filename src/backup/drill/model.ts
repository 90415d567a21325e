// What a drill is given, and what it says.
import type { EtcdBinary } from '../../ports/binaries.ts'
import type { HashCompared } from '../compare-hash.ts'
import type { SurveyResult } from '../../snapshot/survey/result.ts'

/** A snapshot, from a repository or a file, and what is known of it before it is opened. */
export interface DrillSource {
  /** `snapshot 41`, `/backup/etcd.db`. */
  readonly name: string
  /** Of all pieces, with the trailing SHA-256 where there is one. */
  readonly size: number
  /** In order, each good until the next is asked for. Throws `corrupt` at any byte that is not the one saved. */
  pieces(signal: AbortSignal): AsyncIterable<Buffer>
  /** Whether the pieces are held against a SHA-256 already while they come. */
  readonly hashed: boolean
  /** What the member said when it was saved. */
  readonly hashKv?: HashCompared
  /** Of the etcd it was saved from. */
  readonly etcd?: string
  /** What is wrong with the content, seen against a manifest; empty where nothing is. */
  judge(found: SurveyResult): readonly string[]
}

export interface DrillOptions {
  /** Oldest first. */
  readonly binaries: readonly EtcdBinary[]
  /** `3.5` or `3.5.30`; default the nearest to that of the snapshot. */
  readonly etcd?: string
  /** Names of Kubernetes encryption keys that are on hand, as `aescbc:key1`; absent where nobody looked. */
  readonly keysOnHand?: ReadonlySet<string>
  /** How many rows of the file are looked up. */
  readonly sample: number
  readonly places: ScratchPlaces
  readonly signal: AbortSignal
  readonly step: (text: string) => void
}

export interface ScratchPlaces {
  /** The user's; then neither of the others is taken. */
  readonly given?: string
  readonly memory: string
  readonly disk: string
}

export type DrillCheckName =
  | 'open'
  | 'restore'
  | 'boot'
  | 'hash-kv'
  | 'counts'
  | 'rows'
  | 'write'
  | 'encryption-keys'
  | 'recovery-time'
  | 'loss-window'

export interface DrillCheck {
  readonly check: DrillCheckName
  /** `unknown`: there was nothing to compare with; `detail` says why. */
  readonly verdict: 'pass' | 'fail' | 'unknown'
  readonly detail: string
}

/** Measured; 0 for what was not reached. */
export interface DrillSeconds {
  /** Read, decrypted, verified and written. */
  readonly open: number
  readonly restore: number
  /** From the start of etcd until it answers and knows a leader. */
  readonly boot: number
  readonly compare: number
  /** Open, restore and boot: what an outage would last at least. */
  readonly recovery: number
  readonly all: number
}

export interface Drilled {
  readonly passed: boolean
  readonly checks: readonly DrillCheck[]
  readonly seconds: DrillSeconds
  /** The etcd that it was restored into; absent where it did not come so far. */
  readonly etcd?: string
  /** Of the last change in the file; absent where it could not be read. */
  readonly revision?: string
  readonly keys?: number
  /** Bytes of the database. */
  readonly size: number
  readonly encryptionKeys: readonly { readonly name: string; readonly onHand?: boolean }[]
  /** What a restore brings with it. */
  readonly notices: readonly string[]
  /** Where the plain data lay meanwhile. */
  readonly scratch: 'memory' | 'disk'
}
