import { BoltTree } from './bolt-tree.ts'
import { corrupt, type ByteSource } from './byte-source.ts'
import { readFreeRun, type VisitRemnant } from './free-pages.ts'
import { HashSet } from './hash-set.ts'
import { keyValue } from './key-value.ts'

/**
 * Rows that are no longer there for a client and still lie in the file: revisions that were not compacted, and what
 * stands in free pages (of keys that hold `mark`; what is there more than once comes more than once). `old` may be given
 * rows with other keys too. Returns the file's transaction: another one later says that it changed. Buffers are valid until the visitor returns. Throws KeepError `corrupt`.
 */
export async function readRemnants(
  source: ByteSource,
  mark: string,
  visit: { readonly old: VisitRemnant; readonly free: VisitRemnant },
  signal?: AbortSignal,
): Promise<bigint> {
  const tree = await BoltTree.open(source)
  const root = await tree.bucket('key')
  if (!root) throw corrupt('it has no bucket of keys')
  const seen = new HashSet()
  for await (const entry of tree.entriesBackwards(root)) {
    signal?.throwIfAborted()
    if (entry.value.length === 0) continue
    const { key, value } = keyValue(entry.value)
    if (!seen.add(key) && value.length > 0) visit.old(key, value)
  }
  const { pageSize } = tree.meta
  for (const [first, end] of tree.unreached()) {
    signal?.throwIfAborted()
    const run = { start: first * pageSize, end: Math.min(end * pageSize, source.size), mark }
    await readFreeRun(source, run, visit.free)
  }
  return tree.meta.transaction
}
