import type { AnchorPlace, ConnectEtcd } from '../../ports/anchor.ts'
import type { Etcd } from '../../ports/etcd.ts'
import { ANCHOR_LIMIT, moved, tooLarge } from './limit.ts'

/** One key of an etcd cluster, compared and put in one transaction; connected only while it is asked. */
export function etcdAnchor({
  connect,
  key,
}: {
  readonly connect: ConnectEtcd
  readonly key: string
}): AnchorPlace {
  const name = `etcd:${key}`
  const bytes = Buffer.from(key)
  const asking = async <R>(ask: (etcd: Etcd) => Promise<R>): Promise<R> => {
    const etcd = await connect()
    try {
      return await ask(etcd)
    } finally {
      etcd.close()
    }
  }
  return {
    name,
    read: (signal) =>
      asking(async ({ kv }) => {
        const { kvs } = await kv.range({ key: bytes }, signal ? { signal } : {})
        const value = kvs[0]?.value
        if (value && value.length > ANCHOR_LIMIT) throw tooLarge(name)
        return value
      }),
    write: (content, previous, signal) =>
      asking(async ({ kv }) => {
        const untouched = previous
          ? ({ key: bytes, is: 'equal', target: 'value', to: previous } as const)
          : ({ key: bytes, is: 'equal', target: 'version', to: 0n } as const)
        const { succeeded } = await kv.txn(
          { compare: [untouched], success: [{ put: { key: bytes, value: content } }] },
          signal ? { signal } : {},
        )
        if (!succeeded) throw moved(name)
      }),
  }
}
