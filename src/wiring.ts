// Composition root: the only place that names adapters.
import { createRequire } from 'node:module'
import { extname } from 'node:path'
import { openAnchor } from './adapters/anchor/open-anchor.ts'
import { etcdBinaries } from './adapters/binaries/etcd-binaries.ts'
import { systemClock } from './adapters/clock/system.ts'
import { draftFile } from './adapters/files/file-draft.ts'
import { nodeFiles } from './adapters/files/node-files.ts'
import { linuxHost } from './adapters/host/linux.ts'
import { keyServices } from './adapters/key-service/key-services.ts'
import { shamirShares } from './adapters/key-shares/shamir.ts'
import { nodeLauncher } from './adapters/launcher/node-launcher.ts'
import { nodeLoopback } from './adapters/loopback/node-loopback.ts'
import { ownQuestions } from './adapters/member-questions/own-questions.ts'
import { openStore } from './adapters/object-store/open-store.ts'
import { workerChunkCipher } from './adapters/chunk-cipher/worker-chunk-cipher.ts'
import { memoryThenDisk } from './adapters/spool/memory-then-disk.ts'
import { systemdSupervisor } from './adapters/supervisor/systemd.ts'
import { nodeTextServer } from './adapters/text-server/node-text-server.ts'
import { fetchWebhook } from './adapters/webhook/fetch-webhook.ts'
import type { Ports } from './ports/ports.ts'

/** Adapters that speak to the network take longer to load than most commands to run: they are loaded when asked for. */
const load = (adapter: string): unknown =>
  createRequire(import.meta.url)(`./adapters/${adapter}${extname(import.meta.url)}`)

type Connector = typeof import('./adapters/etcd/connector.ts')
type Prober = typeof import('./adapters/prober/network-prober.ts')
type Scanner = typeof import('./adapters/keyspace/scanner.ts')
type Stream = typeof import('./adapters/snapshot-stream/own-snapshot-stream.ts')

export const wire = (): Ports => ({
  clock: systemClock(),
  host: linuxHost,
  prober: (options) => (load('prober/network-prober') as Prober).networkProber(options),
  get etcd() {
    return (load('etcd/connector') as Connector).grpcEtcd()
  },
  memberQuestions: ownQuestions,
  get scanner() {
    return (load('keyspace/scanner') as Scanner).ownKeyspaceScanner()
  },
  get snapshotStream() {
    return (load('snapshot-stream/own-snapshot-stream') as Stream).ownSnapshotStream()
  },
  chunkCipher: workerChunkCipher(),
  spool: memoryThenDisk,
  files: nodeFiles(),
  draftFile,
  launcher: nodeLauncher(),
  supervisor: systemdSupervisor(),
  loopback: nodeLoopback(),
  etcdBinaries,
  objectStore: openStore,
  anchor: openAnchor,
  keyServices: keyServices(),
  serveText: nodeTextServer,
  postWebhook: fetchWebhook,
  keyShares: shamirShares(),
})
