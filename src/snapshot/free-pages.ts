// Rows that still stand in pages which no tree reaches: bbolt frees a page without wiping it.
import type { ByteSource } from './byte-source.ts'

const CHUNK = 1024 * 1024
/** No key of Kubernetes and no head of a row is longer. */
const OVERLAP = 4096
const LONGEST_KEY = 1024

/** The end of a varint that is only skipped, or -1. */
function skipped(bytes: Buffer, at: number): number {
  for (let end = at; end < at + 10; end += 1) if ((bytes[end] ?? 0x80) < 0x80) return end + 1
  return -1
}

/** The varint at `at` as a length, or undefined. */
function lengthAt(bytes: Buffer, at: number): number | undefined {
  let value = 0
  for (let index = 0; index < 4; index += 1) {
    const byte = bytes[at + index] ?? 0x80
    value += (byte & 0x7f) * 2 ** (7 * index)
    if (byte < 0x80) return value
  }
  return undefined
}

/** Where the value of an mvccpb.KeyValue begins whose key ends at `at`: revisions, version and lease stand between. */
function valueAfter(bytes: Buffer, at: number): number | undefined {
  for (let next = at; next >= at && next < bytes.length;) {
    const tag = bytes[next] ?? 0
    if (tag === 0x2a) {
      const end = skipped(bytes, next + 1)
      return end < 0 ? undefined : end
    }
    if (tag !== 0x10 && tag !== 0x18 && tag !== 0x20 && tag !== 0x30) return undefined
    next = skipped(bytes, next + 1)
  }
  return undefined
}

/** The start of a key that holds `at`: a field of its length lies before it. */
function keyAround(bytes: Buffer, at: number): { start: number; end: number } | undefined {
  for (let start = at; start > Math.max(1, at - LONGEST_KEY); start -= 1) {
    if (bytes[start] !== 0x2f) continue
    for (const width of [1, 2]) {
      const tag = start - width - 1
      const length = lengthAt(bytes, start - width)
      if (bytes[tag] !== 0x0a || length === undefined || start + length <= at) continue
      if (valueAfter(bytes, start + length) !== undefined) return { start, end: start + length }
    }
  }
  return undefined
}

export type VisitRemnant = (key: Buffer, head: Buffer) => void

/** One run of bytes that no tree reaches; rows whose key holds `mark`, each once. */
export async function readFreeRun(
  source: ByteSource,
  run: { readonly start: number; readonly end: number; readonly mark: string },
  visit: VisitRemnant,
): Promise<void> {
  let from = run.start
  for (let at = run.start; at < run.end; at += CHUNK) {
    const begin = Math.max(run.start, at - OVERLAP)
    const bytes = await source.read(begin, Math.min(run.end, at + CHUNK + OVERLAP) - begin)
    for (let hit = bytes.indexOf(run.mark); hit >= 0; hit = bytes.indexOf(run.mark, hit + 1)) {
      if (begin + hit < from || begin + hit >= at + CHUNK) continue
      const key = keyAround(bytes, hit)
      const value = key && valueAfter(bytes, key.end)
      if (!key || value === undefined) continue
      visit(bytes.subarray(key.start, key.end), bytes.subarray(value, value + OVERLAP / 8))
      from = begin + key.end
    }
  }
}
