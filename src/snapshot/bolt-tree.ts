// bbolt's B+ trees, read-only and distrustful: every number in the file may be a lie.
import { corrupt, type ByteSource } from './byte-source.ts'
import { readMeta, type Meta } from './meta-page.ts'

const HEADER = 16
const ELEMENT = 16
const BRANCH = 0x01
const LEAF = 0x02
const IS_BUCKET = 0x01
const DEEPEST = 64
/** etcd's values are far below this; a page that claims more is a lie. */
const LONGEST_PAGE = 512 * 1024 * 1024

/** A bucket's root: a page of its own, or the page inside the value of its entry. */
type Root = { readonly page: number } | { readonly inline: Buffer }

interface Entry {
  readonly isBucket: boolean
  readonly key: Buffer
  readonly value: Buffer
}

function slice(page: Buffer, start: number, length: number): Buffer {
  if (start + length > page.length) throw corrupt('an element points out of its page')
  return page.subarray(start, start + length)
}

function header(page: Buffer, size: number): { flags: number; count: number } {
  if (page.length < HEADER) throw corrupt('a page is shorter than its header')
  const flags = page.readUInt16LE(8)
  const count = page.readUInt16LE(10)
  if (HEADER + count * ELEMENT > size) throw corrupt('a page has more elements than fit')
  return { flags, count }
}

function leafEntry(page: Buffer, index: number): Entry {
  const at = HEADER + index * ELEMENT
  const start = at + page.readUInt32LE(at + 4)
  const keyLength = page.readUInt32LE(at + 8)
  const valueLength = page.readUInt32LE(at + 12)
  return {
    isBucket: (page.readUInt32LE(at) & IS_BUCKET) !== 0,
    key: slice(page, start, keyLength),
    value: slice(page, start + keyLength, valueLength),
  }
}

/** One opened database file. Every page is entered at most once in a walk, so that no cycle can hold it. */
export class BoltTree {
  readonly #source: ByteSource
  /** Pages of every walk so far, their overflow too. */
  readonly #reached = new Set<number>()
  readonly meta: Meta

  private constructor(source: ByteSource, meta: Meta) {
    this.#source = source
    this.meta = meta
  }

  static async open(source: ByteSource): Promise<BoltTree> {
    return new BoltTree(source, await readMeta(source))
  }

  /** The root of a top-level bucket, or undefined where there is none. */
  async bucket(name: string): Promise<Root | undefined> {
    for await (const entry of this.entriesBackwards({ page: this.meta.rootPage })) {
      if (!entry.isBucket || entry.key.toString('latin1') !== name) continue
      if (entry.value.length < 16) throw corrupt(`bucket ${name} has no root`)
      const page = Number(entry.value.readBigUInt64LE(0))
      return page === 0 ? { inline: entry.value.subarray(16) } : { page }
    }
    return undefined
  }

  /** Every entry of a bucket from the highest key to the lowest. Buffers are valid until the next step. */
  async *entriesBackwards(root: Root): AsyncGenerator<Entry> {
    const entered = new Uint8Array(Math.ceil(this.#pages() / 8))
    yield* this.#walk(
      'inline' in root ? root.inline : await this.#page(root.page, entered),
      entered,
    )
  }

  /** One entry of a bucket: `pick` says which of so many elements to follow, page by page. */
  async entryAt(root: Root, pick: (count: number) => number): Promise<Entry | undefined> {
    const entered = new Uint8Array(Math.ceil(this.#pages() / 8))
    let page = 'inline' in root ? root.inline : await this.#page(root.page, entered)
    for (let depth = 0; depth <= DEEPEST; depth += 1) {
      const { flags, count } = header(page, page.length)
      if (count === 0) return undefined
      const index = pick(count)
      if ((flags & LEAF) !== 0) return leafEntry(page, index)
      if ((flags & BRANCH) === 0) throw corrupt('a page of the tree is neither branch nor leaf')
      page = await this.#page(Number(page.readBigUInt64LE(HEADER + index * ELEMENT + 8)), entered)
    }
    throw corrupt('the tree is too deep')
  }

  /** Runs of pages that no walk has entered so far: from the first to before the last. */
  *unreached(): Generator<readonly [first: number, end: number]> {
    const pages = this.#pages()
    for (let first = 2; first < pages; first += 1) {
      if (this.#reached.has(first)) continue
      let end = first
      while (end < pages && !this.#reached.has(end)) end += 1
      yield [first, end]
      first = end
    }
  }

  #pages(): number {
    return Math.min(this.meta.pages, Math.ceil(this.#source.size / this.meta.pageSize))
  }

  async #page(id: number, entered: Uint8Array): Promise<Buffer> {
    const { pageSize } = this.meta
    if (!(id >= 2 && id < this.#pages())) throw corrupt(`page ${id} does not exist`)
    const bit = 1 << (id & 7)
    const seen = entered[id >> 3] ?? 0
    if ((seen & bit) !== 0) throw corrupt(`page ${id} is reached twice`)
    entered[id >> 3] = seen | bit
    const overflow = (await this.#source.read(id * pageSize, HEADER)).readUInt32LE(12)
    const length = (overflow + 1) * pageSize
    if (length > LONGEST_PAGE || id + overflow >= this.meta.pages)
      throw corrupt(`page ${id} is longer than the file`)
    for (let page = id; page <= id + overflow; page += 1) this.#reached.add(page)
    return this.#source.read(id * pageSize, length)
  }

  async *#walk(page: Buffer, entered: Uint8Array, depth = 0): AsyncGenerator<Entry> {
    const { flags, count } = header(page, page.length)
    if (depth > DEEPEST) throw corrupt('the tree is too deep')
    if ((flags & LEAF) !== 0) {
      let used = 0
      for (let index = count - 1; index >= 0; index -= 1) {
        const entry = leafEntry(page, index)
        // Elements that share bytes would make a small file cost without end.
        used += entry.key.length + entry.value.length
        if (used > page.length) throw corrupt('elements of a page overlap')
        yield entry
      }
      return
    }
    if ((flags & BRANCH) === 0) throw corrupt('a page of the tree is neither branch nor leaf')
    for (let index = count - 1; index >= 0; index -= 1) {
      const child = Number(page.readBigUInt64LE(HEADER + index * ELEMENT + 8))
      yield* this.#walk(await this.#page(child, entered), entered, depth + 1)
    }
  }
}
