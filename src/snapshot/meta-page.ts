// bbolt's two meta pages: which one holds, and what it says of the rest.
import { corrupt, type ByteSource } from './byte-source.ts'

/** Numbers are safe integers: a file with more pages than that is refused. */
export interface Meta {
  readonly pageSize: number
  readonly rootPage: number
  /** High-water mark: no page has this number or a higher one. */
  readonly pages: number
  readonly transaction: bigint
}

const MAGIC = 0xed0cdaed
const VERSION = 2
const META_LENGTH = 64
const HEADER = 16

/** FNV-1a, 64 bits. */
function fnv1a(bytes: Uint8Array): bigint {
  let hash = 0xcbf29ce484222325n
  for (const byte of bytes) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n)
  return hash
}

function parseMeta(page: Buffer): Meta | undefined {
  const meta = page.subarray(HEADER, HEADER + META_LENGTH)
  if (meta.readUInt32LE(0) !== MAGIC || meta.readUInt32LE(4) !== VERSION) return undefined
  if (meta.readBigUInt64LE(56) !== fnv1a(meta.subarray(0, 56))) return undefined
  const pageSize = meta.readUInt32LE(8)
  const rootPage = Number(meta.readBigUInt64LE(16))
  const pages = Number(meta.readBigUInt64LE(40))
  const sound = pageSize >= 512 && pageSize <= 1 << 20 && (pageSize & (pageSize - 1)) === 0
  if (!sound || !Number.isSafeInteger(pages * pageSize)) return undefined
  return { pageSize, rootPage, pages, transaction: meta.readBigUInt64LE(48) }
}

async function metaAt(source: ByteSource, offset: number): Promise<Meta | undefined> {
  if (offset + HEADER + META_LENGTH > source.size) return undefined
  return parseMeta(await source.read(offset, HEADER + META_LENGTH))
}

/** The valid meta page of the latest transaction. Where page 0 is broken the page size is guessed. */
export async function readMeta(source: ByteSource): Promise<Meta> {
  const first = await metaAt(source, 0)
  const sizes = first ? [first.pageSize] : [4096, 8192, 16_384, 32_768, 65_536]
  const found = first ? [first] : []
  for (const size of sizes) {
    const second = await metaAt(source, size)
    if (second?.pageSize === size) found.push(second)
  }
  const [best] = found.toSorted((a, b) => (a.transaction > b.transaction ? -1 : 1))
  if (!best) throw corrupt('no meta page is valid')
  return best
}
