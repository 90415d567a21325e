// bbolt's two meta pages: which one holds, and what it says of the rest.
import { corrupt, type ByteSource } from './byte-source.ts'

/** Numbers are safe integers: a file with more pages than that is refused. */
export interface Meta {
  readonly pageSize: number
  readonly rootPage: number
  /** High-water mark: no page has this number or a higher one. */
  readonly pages: number
  /** The first page of the list of free ones; undefined where it is not stored, as etcd has it. */
  readonly freelist: number | undefined
  readonly transaction: bigint
}

const MAGIC = 0xed0cdaed
const VERSION = 2
const META_LENGTH = 64
const HEADER = 16
const NOT_STORED = 0xffff_ffff_ffff_ffffn

/** FNV-1a, 64 bits. */
function fnv1a(bytes: Uint8Array): bigint {
  let hash = 0xcbf29ce484222325n
  for (const byte of bytes) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n)
  return hash
}

function parseMeta(page: Buffer): Meta | undefined {
  if (page.length < HEADER + META_LENGTH) return undefined
  const meta = page.subarray(HEADER, HEADER + META_LENGTH)
  if (meta.readUInt32LE(0) !== MAGIC || meta.readUInt32LE(4) !== VERSION) return undefined
  if (meta.readBigUInt64LE(56) !== fnv1a(meta.subarray(0, 56))) return undefined
  const pageSize = meta.readUInt32LE(8)
  const rootPage = Number(meta.readBigUInt64LE(16))
  const pages = Number(meta.readBigUInt64LE(40))
  const sound = pageSize >= 512 && pageSize <= 65_536 && (pageSize & (pageSize - 1)) === 0
  if (!sound || !Number.isSafeInteger(pages * pageSize)) return undefined
  const list = meta.readBigUInt64LE(32)
  const freelist = list === NOT_STORED ? undefined : Number(list)
  return { pageSize, rootPage, pages, freelist, transaction: meta.readBigUInt64LE(48) }
}

/** How much of a file's beginning holds both meta pages, whatever the page size. */
export const META_REACH = 65_536 + HEADER + META_LENGTH

/** The valid meta page of the latest transaction. Where page 0 is broken the page size is guessed. */
export function chooseMeta(head: Buffer): Meta {
  const first = parseMeta(head)
  const sizes = first ? [first.pageSize] : [4096, 8192, 16_384, 32_768, 65_536]
  const found = first ? [first] : []
  for (const size of sizes) {
    const second = parseMeta(head.subarray(size))
    if (second?.pageSize === size) found.push(second)
  }
  const [best] = found.toSorted((a, b) => (a.transaction > b.transaction ? -1 : 1))
  if (!best) throw corrupt('no meta page is valid')
  return best
}

export const readMeta = async (source: ByteSource): Promise<Meta> =>
  chooseMeta(await source.read(0, Math.min(source.size, META_REACH)))
