import { randomInt } from 'node:crypto'
import { BoltTree } from './bolt-tree.ts'
import { corrupt, type ByteSource } from './byte-source.ts'
import { keyValue } from './key-value.ts'

/** `main _ sub`, each 8 bytes big-endian, and `t` behind it for a deletion. */
const REVISION = 17

/** One change of one key. */
export interface SampledRow {
  readonly revision: bigint
  readonly deletion: boolean
  readonly key: Buffer
  readonly value: Buffer
}

/** At most `count` different changes, picked at random out of all that the file holds. Throws KeepError `corrupt`. */
export async function sampleRows(
  source: ByteSource,
  count: number,
  random: (below: number) => number = (below) => randomInt(below),
): Promise<readonly SampledRow[]> {
  const tree = await BoltTree.open(source)
  const root = await tree.bucket('key')
  if (!root) throw corrupt('it has no bucket of keys')
  const rows = new Map<string, SampledRow>()
  for (let left = count; left > 0; left -= 1) {
    const entry = await tree.entryAt(root, random)
    // A restore with --bump-revision leaves an entry without a row.
    if (!entry || entry.value.length === 0) continue
    if (entry.key.length !== REVISION && entry.key.length !== REVISION + 1)
      throw corrupt('an entry of the bucket of keys is no revision')
    const { key, value } = keyValue(Buffer.from(entry.value))
    const deletion = entry.key.length === REVISION + 1
    const revision = entry.key.readBigInt64BE(0)
    rows.set(entry.key.toString('latin1'), { revision, deletion, key, value })
  }
  return [...rows.values()]
}
