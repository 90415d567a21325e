import { BoltTree } from './bolt-tree.ts'
import { corrupt, type ByteSource } from './byte-source.ts'
import { HashSet } from './hash-set.ts'
import { keyValue } from './key-value.ts'

/** `main _ sub`, each 8 bytes big-endian, and `t` behind it for a deletion. */
const REVISION = 17

export interface LiveRowsResult {
  /** Of the last change in the file. */
  readonly revision: bigint
  readonly rows: number
}

/**
 * Calls the visitor with key and value of every row that lives at the last revision, newest change first; the buffers
 * are valid until it returns. Memory: 16 MiB and at most 16 bytes for each key. Throws KeepError `corrupt`.
 */
export async function readLiveRows(
  source: ByteSource,
  visit: (key: Buffer, value: Buffer) => void,
  signal?: AbortSignal,
): Promise<LiveRowsResult> {
  const tree = await BoltTree.open(source)
  const root = await tree.bucket('key')
  if (!root) throw corrupt('it has no bucket of keys')
  const seen = new HashSet()
  let revision = 0n
  let rows = 0
  for await (const entry of tree.entriesBackwards(root)) {
    signal?.throwIfAborted()
    if (entry.key.length !== REVISION && entry.key.length !== REVISION + 1)
      throw corrupt('an entry of the bucket of keys is no revision')
    if (revision === 0n) revision = entry.key.readBigInt64BE(0)
    // A restore with --bump-revision leaves an entry without a row.
    if (entry.value.length === 0) continue
    const { key, value } = keyValue(entry.value)
    if (!seen.add(key) || entry.key.length === REVISION + 1) continue
    rows += 1
    visit(key, value)
  }
  return { revision, rows }
}
