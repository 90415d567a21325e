import { fileURLToPath } from 'node:url'
import { KeepError } from '../../core/error.ts'
import type { ObjectStore, StorePlace } from '../../ports/object-store.ts'
import { directoryStore } from './directory.ts'
import { lazyStore } from './lazy-store.ts'
import { parseS3Place, s3Name } from './s3-place.ts'

/** The store that a place names: a path, `file:///path` or `s3://bucket/prefix?endpoint=…`. Opens nothing: the first call does. */
export function openStore({ location }: StorePlace): ObjectStore {
  if (location.startsWith('file://')) return directoryStore({ path: fileURLToPath(location) })
  if (location.startsWith('s3:')) {
    const place = parseS3Place(location)
    const name = s3Name(place)
    return lazyStore(name, async () => (await import('./s3.ts')).s3Store(place))
  }
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(location)?.[1]
  if (scheme === undefined) return directoryStore({ path: location })
  throw new KeepError('usage', 'store.scheme', `there is no store for ${scheme}: addresses`, {
    hint: 'name a directory, as /backups/etcd, or a bucket, as s3://bucket/etcd',
  })
}
