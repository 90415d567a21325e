import { fileURLToPath } from 'node:url'
import { KeepError } from '../../core/error.ts'
import type { ObjectStore, StorePlace } from '../../ports/object-store.ts'
import { directoryStore } from './directory.ts'

/** The store that a place names: a path or `file:///path`. Opens nothing: the first call does. */
export function openStore({ location }: StorePlace): ObjectStore {
  if (location.startsWith('file://')) return directoryStore({ path: fileURLToPath(location) })
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(location)?.[1]
  if (scheme === undefined) return directoryStore({ path: location })
  throw new KeepError('usage', 'store.scheme', `there is no store for ${scheme}: addresses`, {
    hint: 'name a directory, as /backups/etcd or file:///backups/etcd',
  })
}
