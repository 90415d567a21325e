import type { Etcd } from './etcd.ts'

/**
 * One small document that lies outside the store: what the newest was when somebody last looked. Throws KeepError
 * `unavailable`, `denied`, `corrupt` (`anchor.too-large`), `cancelled`.
 */
export interface AnchorPlace {
  /** `file:///var/lib/etcdkeep/anchor.json`, `etcd:/etcdkeep/anchor`; no credential. */
  readonly name: string
  /** Undefined where there is none yet. */
  read(signal?: AbortSignal): Promise<Uint8Array | undefined>
  /** Throws `conflict` (`anchor.moved`) where something else than `previous` stands there by now. */
  write(content: Uint8Array, previous: Uint8Array | undefined, signal?: AbortSignal): Promise<void>
}

/** A connection to the cluster that holds an anchor; who asked for it closes it. */
export type ConnectEtcd = () => Promise<Etcd>

/**
 * `/path` or `file:///path`, `store:LOCATION` (a second object store), `etcd:/key` (in that cluster). Opens nothing by
 * itself. Throws KeepError `usage`.
 */
export type OpenAnchor = (location: string, connect?: ConnectEtcd) => AnchorPlace
