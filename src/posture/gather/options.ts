import type { Secret } from '../../core/secret.ts'
import type { Need } from '../control.ts'
import type { BackupOptions } from './backup-source.ts'

/** What an etcd client shows; PEM text. */
export interface Credentials {
  readonly ca?: string
  readonly certificate?: string
  readonly key?: Secret
  readonly user?: { readonly name: string; readonly password: Secret }
  /** For evidence and hints: `--cert /pki/client.crt`, `kube-apiserver's etcd client certificate`. */
  readonly source: string
}

/** What to look at, and how far to go. */
export interface GatherOptions {
  /** The parts that the chosen controls need; the rest stays unlooked at. */
  readonly needs: ReadonlySet<Need>
  /** False: nothing is connected to; what files and processes say must do. */
  readonly probe: boolean
  /** Where the static pods stand; the kubelet's own directory where left out. */
  readonly manifests?: string
  /** Only these processes; all of the host where empty. */
  readonly pids: readonly number[]
  /** Client URLs of members, beside those that are discovered. */
  readonly endpoints: readonly string[]
  /** As given by the user; where absent, what is found on the host is tried. */
  readonly credentials?: Credentials
  /** Snapshot repositories; none where left out. */
  readonly backups?: BackupOptions
  /** For one question to one member. */
  readonly timeoutMs: number
}
