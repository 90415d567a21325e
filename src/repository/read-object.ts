import { KeepError } from '../core/error.ts'
import type { ObjectStore } from '../ports/object-store.ts'

/** All of a small object. Throws `corrupt` (`repository.too-large`) as soon as it has more than `limit` bytes. */
export async function readWhole(
  store: ObjectStore,
  key: string,
  limit: number,
  signal?: AbortSignal,
): Promise<Buffer> {
  const parts: Uint8Array[] = []
  let length = 0
  for await (const part of store.get(key, signal ? { signal } : {})) {
    length += part.length
    if (length > limit)
      throw new KeepError(
        'corrupt',
        'repository.too-large',
        `${key} has more than ${limit} bytes`,
        {
          hint: 'nothing that etcdkeep wrote is that large: find out who put it there',
        },
      )
    parts.push(part)
  }
  return Buffer.concat(parts)
}
