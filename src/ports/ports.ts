import type { Clock } from './clock.ts'
import type { EtcdConnector } from './etcd.ts'
import type { Files } from './files.ts'
import type { Host } from './host.ts'
import type { Launcher } from './launcher.ts'
import type { Loopback } from './loopback.ts'

/** Everything that commands may ask of the outside; src/wiring.ts puts real adapters in. */
export interface Ports {
  readonly clock: Clock
  /** The machine below a root directory; this one where left out. */
  host(options?: { readonly root?: string }): Host
  readonly etcd: EtcdConnector
  readonly files: Files
  readonly launcher: Launcher
  readonly loopback: Loopback
}
