import { KeepError } from '../../core/error.ts'
import type { AnchorPlace } from '../../ports/anchor.ts'
import type { ObjectStore } from '../../ports/object-store.ts'
import { ANCHOR_LIMIT, moved, same, tooLarge } from './limit.ts'

const NAME = /^anchors\/(\d{12})\.json$/

/** Numbered objects `anchors/…` in a second store; the highest counts, older ones stay. */
export function storeAnchor(store: ObjectStore): AnchorPlace {
  const { name } = store
  const last = async (signal?: AbortSignal): Promise<number> => {
    let highest = 0
    try {
      for await (const { key } of store.list('anchors/', signal))
        highest = Math.max(highest, Number(NAME.exec(key)?.[1] ?? 0))
    } catch (thrown) {
      if (!(thrown instanceof KeepError) || thrown.code !== 'store.no-store') throw thrown
    }
    return highest
  }
  const object = (number: number) => `anchors/${String(number).padStart(12, '0')}.json`
  const read = async (number: number, signal?: AbortSignal): Promise<Uint8Array | undefined> => {
    if (number === 0) return undefined
    const parts: Uint8Array[] = []
    let length = 0
    for await (const part of store.get(object(number), signal ? { signal } : {})) {
      length += part.length
      if (length > ANCHOR_LIMIT) throw tooLarge(name)
      parts.push(part)
    }
    return Buffer.concat(parts)
  }
  return {
    name,
    read: async (signal) => read(await last(signal), signal),
    async write(content, previous, signal) {
      const highest = await last(signal)
      if (!same(await read(highest, signal), previous)) throw moved(name)
      try {
        await store.put(object(highest + 1), content, signal ? { signal } : {})
      } catch (thrown) {
        throw thrown instanceof KeepError && thrown.kind === 'conflict' ? moved(name) : thrown
      }
    },
  }
}
