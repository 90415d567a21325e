import { createHash } from 'node:crypto'
import { corrupt, type ByteSource } from './byte-source.ts'
import { readMeta } from './meta-page.ts'

const PART = 1 << 20
const DIGEST = 32

/** What kind of file it is: a snapshot ends with a SHA-256, a copy of `member/snap/db` has none. */
export interface Verified {
  readonly kind: 'snapshot' | 'database copy'
}

/**
 * A snapshot's own SHA-256 and length, which `snapshot status` does not look at. A copy of a database carries neither:
 * it can only be read. Throws KeepError `corrupt`.
 */
export async function verifySnapshot(source: ByteSource, signal?: AbortSignal): Promise<Verified> {
  const { pageSize, pages } = await readMeta(source)
  if (source.size % 512 !== DIGEST) {
    if (source.size < pages * pageSize) throw corrupt('it is cut short')
    return { kind: 'database copy' }
  }
  const length = source.size - DIGEST
  if (length !== pages * pageSize)
    throw corrupt(`it has ${length} bytes, its meta page says ${pages * pageSize}`)
  const hash = createHash('sha256')
  for (let at = 0; at < length; at += PART) {
    signal?.throwIfAborted()
    hash.update(await source.read(at, Math.min(PART, length - at)))
  }
  const wanted = await source.read(length, DIGEST)
  if (!hash.digest().equals(wanted)) throw corrupt('its SHA-256 does not match')
  return { kind: 'snapshot' }
}
