// The live tree, found from the root once every page has been seen.
import { corrupt } from '../byte-source.ts'
import type { Meta } from '../meta-page.ts'
import { type LeafEntry, leafEntries } from './leaf-entries.ts'
import { BRANCH, NO_PAGE, OTHER, type PageFacts } from './page-facts.ts'

const DEEPEST = 64
/** A bucket's value: its root page, its sequence, and behind them the page itself where the root is 0. */
const BUCKET_HEAD = 16

export type Bucket = { readonly leaves: readonly number[] } | { readonly inline: Buffer }

export class Tree {
  readonly #pages: PageFacts
  readonly #meta: Meta
  readonly #reached: Uint8Array
  readonly #buckets: ReadonlyMap<string, LeafEntry>
  #reachedCount = 0

  constructor(pages: PageFacts, meta: Meta) {
    this.#pages = pages
    this.#meta = meta
    this.#reached = new Uint8Array(meta.pages)
    const top = this.#entries({ leaves: this.#leaves(meta.rootPage) })
    this.#buckets = new Map(
      top.filter(({ isBucket }) => isBucket).map((entry) => [entry.key.toString('latin1'), entry]),
    )
  }

  /** Pages of the tree so far, overflow included: all of them once every bucket was asked for. */
  get reached(): number {
    return this.#reachedCount
  }

  get bucketNames(): readonly string[] {
    return [...this.#buckets.keys()]
  }

  /** Its leaf pages in the order of keys. To be asked for once: no page may be reached twice. */
  bucket(name: string): Bucket | undefined {
    const entry = this.#buckets.get(name)
    if (!entry) return undefined
    if (entry.value.length < BUCKET_HEAD) throw corrupt(`bucket ${name} has no root`)
    const root = Number(entry.value.readBigUInt64LE(0))
    return root === 0
      ? { inline: entry.value.subarray(BUCKET_HEAD) }
      : { leaves: this.#leaves(root) }
  }

  /** Every entry of a small bucket. */
  entries(name: string): readonly LeafEntry[] {
    const bucket = this.bucket(name)
    return bucket ? this.#entries(bucket) : []
  }

  #entries(bucket: Bucket): readonly LeafEntry[] {
    if ('inline' in bucket) return leafEntries(bucket.inline)
    return bucket.leaves.flatMap((id) => {
      if (this.#pages.kind(id) !== OTHER) throw corrupt(`page ${id} belongs to another bucket`)
      return leafEntries(this.#pages.content(id))
    })
  }

  #leaves(root: number): readonly number[] {
    const leaves: number[] = []
    const rest = [root]
    const depths = [0]
    for (let id = rest.pop(); id !== undefined; id = rest.pop()) {
      const depth = depths.pop() ?? 0
      if (depth > DEEPEST) throw corrupt('the tree is too deep')
      this.#reach(id)
      if (this.#pages.kind(id) !== BRANCH) {
        leaves.push(id)
        continue
      }
      const children = this.#pages.children(id)
      for (let at = children.length - 1; at >= 0; at -= 1) {
        rest.push(children[at] ?? 0)
        depths.push(depth + 1)
      }
    }
    return leaves
  }

  #reach(id: number): void {
    if (!(id >= 2 && id < this.#meta.pages)) throw corrupt(`page ${id} does not exist`)
    if (this.#pages.kind(id) === NO_PAGE) throw corrupt(`page ${id} is no sound page of the tree`)
    const end = id + this.#pages.overflow(id)
    for (let page = id; page <= end; page += 1) {
      if (this.#reached[page] === 1) throw corrupt(`page ${page} is reached twice`)
      this.#reached[page] = 1
      this.#reachedCount += 1
    }
  }
}
