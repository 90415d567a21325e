import { fileURLToPath } from 'node:url'
import { KeepError } from '../../core/error.ts'
import type { OpenAnchor } from '../../ports/anchor.ts'
import { openStore } from '../object-store/open-store.ts'
import { etcdAnchor } from './etcd.ts'
import { fileAnchor } from './file.ts'
import { storeAnchor } from './store.ts'

/** The place that an address names. */
export const openAnchor: OpenAnchor = (location, connect) => {
  const [, scheme, rest = ''] = /^(etcd|store|file):(.*)$/.exec(location) ?? []
  if (scheme === 'file') return fileAnchor({ path: fileURLToPath(location) })
  if (scheme === 'store') return storeAnchor(openStore({ location: rest }))
  if (scheme !== 'etcd') return fileAnchor({ path: location })
  if (connect && rest !== '') return etcdAnchor({ connect, key: rest })
  throw new KeepError('usage', 'anchor.etcd', `the anchor ${location} is out of reach`, {
    hint: rest === '' ? 'write etcd:/a/key' : 'name the cluster with --endpoints',
  })
}
