import type { OpenAnchor } from './anchor.ts'
import type { EtcdBinaries } from './binaries.ts'
import type { Clock } from './clock.ts'
import type { EtcdConnector } from './etcd.ts'
import type { DraftFile } from './file-draft.ts'
import type { Files } from './files.ts'
import type { Host } from './host.ts'
import type { KeyServices } from './key-service.ts'
import type { KeyShares } from './key-shares.ts'
import type { KeyspaceScanner } from './keyspace-scanner.ts'
import type { Launcher } from './launcher.ts'
import type { AskMembers } from './member-questions.ts'
import type { Loopback } from './loopback.ts'
import type { OpenStore } from './object-store.ts'
import type { Prober } from './prober.ts'
import type { Supervisor } from './supervisor.ts'
import type { OpenSpool } from './spool.ts'
import type { SnapshotStream } from './snapshot-stream.ts'
import type { ServeText } from './text-server.ts'
import type { PostWebhook } from './webhook.ts'
import type { ChunkCipher } from './chunk-cipher.ts'

/** Everything that commands may ask of the outside; src/wiring.ts puts real adapters in. */
export interface Ports {
  readonly clock: Clock
  /** The machine below a root directory; this one where left out. */
  host(options?: { readonly root?: string }): Host
  /** `timeoutMs` is for each question. */
  prober(options?: { readonly timeoutMs?: number }): Prober
  readonly etcd: EtcdConnector
  readonly memberQuestions: AskMembers
  readonly scanner: KeyspaceScanner
  readonly snapshotStream: SnapshotStream
  readonly chunkCipher: ChunkCipher
  readonly spool: OpenSpool
  readonly files: Files
  readonly draftFile: DraftFile
  readonly launcher: Launcher
  readonly supervisor: Supervisor
  readonly loopback: Loopback
  readonly etcdBinaries: EtcdBinaries
  readonly objectStore: OpenStore
  readonly anchor: OpenAnchor
  readonly keyServices: KeyServices
  readonly serveText: ServeText
  readonly postWebhook: PostWebhook
  readonly keyShares: KeyShares
}
