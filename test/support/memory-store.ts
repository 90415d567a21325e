import { KeepError } from '../../src/core/error.ts'
import type { ObjectStore } from '../../src/ports/object-store.ts'
import { requireKey } from '../../src/adapters/object-store/key-path.ts'

/** A store in memory; `objects` is what an attacker with every right to the bucket would change. */
export function memoryStore(objects = new Map<string, Buffer>()): ObjectStore & {
  readonly objects: Map<string, Buffer>
} {
  const held = (key: string): Buffer => {
    requireKey(key)
    const content = objects.get(key)
    if (content) return content
    throw new KeepError('not-found', 'store.no-object', `memory:/${key}: there is no such object`)
  }
  const stop = (signal?: AbortSignal) => {
    if (signal?.aborted) throw new KeepError('cancelled', 'store.cancelled', 'interrupted')
  }
  return {
    objects,
    name: 'memory:/',
    async put(key, content, { signal } = {}) {
      requireKey(key)
      const parts: Uint8Array[] = []
      stop(signal)
      if (content instanceof Uint8Array) parts.push(content)
      else
        for await (const part of content) {
          stop(signal)
          parts.push(Uint8Array.from(part))
        }
      if (objects.has(key)) throw new KeepError('conflict', 'store.exists', `memory:/${key}: taken`)
      objects.set(key, Buffer.concat(parts))
    },
    async *get(key, { start = 0, end, signal } = {}) {
      stop(signal)
      const content = held(key).subarray(start, end)
      for (let at = 0; at < content.length; at += 65_536) yield content.subarray(at, at + 65_536)
    },
    async stat(key) {
      return { key, size: held(key).length }
    },
    async *list(prefix, signal) {
      for (const key of [...objects.keys()].toSorted((a, b) => (a < b ? -1 : 1))) {
        stop(signal)
        if (key.startsWith(prefix)) yield { key, size: objects.get(key)?.length ?? 0 }
      }
    },
    async remove(key) {
      requireKey(key)
      objects.delete(key)
    },
  }
}
