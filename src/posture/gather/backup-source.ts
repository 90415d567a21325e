import type { KeyServices } from '../../ports/key-service.ts'
import type { ObjectStore } from '../../ports/object-store.ts'
import type { Chain } from '../../repository/read-chain.ts'
import type { Trust } from '../../repository/signing-key.ts'
import type { BackupFacts } from '../facts/backups.ts'

/** One repository that the user named. */
export interface BackupSource {
  /** As the user wrote it. */
  readonly location: string
  readonly store: ObjectStore
  readonly trust: Trust
  /** The chain with what its anchors say. */
  read(signal: AbortSignal): Promise<Chain>
}

export interface BackupOptions {
  readonly sources: readonly BackupSource[]
  readonly limits: BackupFacts['limits']
  readonly keyServices: KeyServices
  /** Files that the user named for these repositories: private keys tend to lie beside them. */
  readonly beside: readonly string[]
}
