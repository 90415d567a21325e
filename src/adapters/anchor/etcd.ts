import type { AnchorPlace } from '../../ports/anchor.ts'
import type { Etcd } from '../../ports/etcd.ts'
import { ANCHOR_LIMIT, moved, tooLarge } from './limit.ts'

/** One key of an etcd cluster, compared and put in one transaction. The caller closes the connection. */
export function etcdAnchor({
  etcd,
  key,
}: {
  readonly etcd: Etcd
  readonly key: string
}): AnchorPlace {
  const name = `etcd:${key}`
  const bytes = Buffer.from(key)
  return {
    name,
    async read(signal) {
      const { kvs } = await etcd.kv.range({ key: bytes }, signal ? { signal } : {})
      const value = kvs[0]?.value
      if (value && value.length > ANCHOR_LIMIT) throw tooLarge(name)
      return value
    },
    async write(content, previous, signal) {
      const untouched = previous
        ? ({ key: bytes, is: 'equal', target: 'value', to: previous } as const)
        : ({ key: bytes, is: 'equal', target: 'version', to: 0n } as const)
      const { succeeded } = await etcd.kv.txn(
        { compare: [untouched], success: [{ put: { key: bytes, value: content } }] },
        signal ? { signal } : {},
      )
      if (!succeeded) throw moved(name)
    },
  }
}
