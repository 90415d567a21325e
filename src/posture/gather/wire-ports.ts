import type { Clock } from '../../ports/clock.ts'
import type { EtcdConnector } from '../../ports/etcd.ts'
import type { Host } from '../../ports/host.ts'
import type { KeyspaceScanner } from '../../ports/keyspace-scanner.ts'
import type { Prober } from '../../ports/prober.ts'

/** What is needed to look at a host and to ask its members. */
export interface WirePorts {
  readonly clock: Clock
  readonly host: Host
  prober(options?: { readonly timeoutMs?: number }): Prober
  readonly etcd: EtcdConnector
  readonly scanner: KeyspaceScanner
}
