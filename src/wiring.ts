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
import { ownKeyspaceScanner } from './adapters/keyspace/scanner.ts'
import { nodeLauncher } from './adapters/launcher/node-launcher.ts'
import { nodeLoopback } from './adapters/loopback/node-loopback.ts'
import { openStore } from './adapters/object-store/open-store.ts'
import { workerChunkCipher } from './adapters/chunk-cipher/worker-chunk-cipher.ts'
import { memoryThenDisk } from './adapters/spool/memory-then-disk.ts'
import { ownSnapshotStream } from './adapters/snapshot-stream/own-snapshot-stream.ts'
import { networkProber } from './adapters/prober/network-prober.ts'
import { systemdSupervisor } from './adapters/supervisor/systemd.ts'
import type { EtcdConnector } from './ports/etcd.ts'
import type { Ports } from './ports/ports.ts'

type Connector = typeof import('./adapters/etcd/connector.ts')

/** Loaded when it is first asked for: its gRPC library takes longer to load than most commands to run. */
const connector = (): Connector =>
  createRequire(import.meta.url)(
    `./adapters/etcd/connector${extname(import.meta.url)}`,
  ) as Connector

let etcd: EtcdConnector | undefined

export const wire = (): Ports => ({
  clock: systemClock(),
  host: linuxHost,
  prober: networkProber,
  get etcd() {
    return (etcd ??= connector().grpcEtcd())
  },
  scanner: ownKeyspaceScanner(),
  snapshotStream: ownSnapshotStream(),
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
  keyShares: shamirShares(),
})
