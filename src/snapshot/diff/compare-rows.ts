import { Fingerprints, fingerprintText, KeyTable, type Fingerprint } from './key-table.ts'

/** The living rows of a snapshot or of a cluster, each once, in any order. The buffers are valid until the visitor returns. */
export type ReadRows = (
  visit: (key: Uint8Array, value: Uint8Array) => void,
  signal?: AbortSignal,
) => Promise<{ readonly revision: bigint }>

export interface ValueSeen {
  readonly bytes: number
  /** The same for the same value in one run; it tells nothing after it. */
  readonly fingerprint: string
}

export interface KeyChange {
  readonly change: 'added' | 'changed' | 'removed'
  readonly key: Buffer
  readonly before?: ValueSeen
  readonly after?: ValueSeen
}

export interface RowsCompared {
  readonly revisions: readonly [from: bigint, to: bigint]
  readonly keys: readonly [from: number, to: number]
  readonly unchanged: number
}

const seen = (print: Fingerprint): ValueSeen => ({
  bytes: print.bytes,
  fingerprint: fingerprintText(print),
})

/**
 * Calls the visitor with every key that differs: first what was changed or added, then what was removed. No value is
 * kept or told. Memory: at most 64 bytes for each key of `from`, which is read twice where keys were removed.
 */
export async function compareRows(
  from: ReadRows,
  to: ReadRows,
  visit: (change: KeyChange) => void,
  signal?: AbortSignal,
): Promise<RowsCompared> {
  const prints = new Fingerprints()
  const table = new KeyTable(prints)
  const before = await from((key, value) => table.add(key, value), signal)
  let [keys, found, unchanged] = [0, 0, 0]
  const after = await to((key, value) => {
    keys += 1
    const at = table.find(key)
    const now = prints.value(value)
    if (at < 0) return visit({ change: 'added', key: Buffer.from(key), after: seen(now) })
    found += 1
    table.see(at)
    const then = table.print(at)
    if (then.high === now.high && then.low === now.low && then.bytes === now.bytes) unchanged += 1
    else visit({ change: 'changed', key: Buffer.from(key), before: seen(then), after: seen(now) })
  }, signal)
  if (found < table.count)
    await from((key) => {
      const at = table.find(key)
      if (at < 0 || table.isSeen(at)) return
      visit({ change: 'removed', key: Buffer.from(key), before: seen(table.print(at)) })
    }, signal)
  return {
    revisions: [before.revision, after.revision],
    keys: [table.count, keys],
    unchanged,
  }
}
