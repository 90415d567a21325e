import { isEndless } from './midpoint.ts'

/** Keys are paths, and names within them have parts. */
export const SEPARATORS: ReadonlySet<number> = new Set(Buffer.from('/-._:', 'latin1'))

/**
 * For `/a/b-1` the ends of the ranges `/`, `/a/` and `/a/b-`, widest first: those strictly between `key` and
 * `high` (endless allowed). Nothing else is known of a keyspace that would split it in fewer looks.
 */
export function enclosingEnds(key: Uint8Array, high: Uint8Array): Buffer[] {
  const ends: Buffer[] = []
  for (const [index, byte] of key.entries()) {
    if (!SEPARATORS.has(byte)) continue
    const end = Buffer.from(key.subarray(0, index + 1))
    end[index] = byte + 1
    if (isEndless(high) || Buffer.compare(end, high) < 0) ends.push(end)
  }
  return ends
}
