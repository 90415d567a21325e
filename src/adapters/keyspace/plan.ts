// Reads a keyspace in pages with near ends, a few at a time.
// A limited Range still makes etcd walk its index to the end of the range, to count: with far ends paging is quadratic.
import { malformed } from '../h2/malformed.ts'
import { enclosingEnds } from './enclosing-ends.ts'
import { midpoint } from './midpoint.ts'
import { Part } from './part.ts'
import { ahead, firstStride, stretched, strideOf, type Stride } from './stride.ts'

export interface Page {
  readonly rows: number
  /** Rows from the page's start to the range's end. */
  readonly count: number
  readonly more: boolean
  readonly lastKey: Buffer
}

export interface Reads {
  /** Rows that the next page may have. */
  pageRows(): number
  page(low: Buffer, high: Buffer): Promise<Page>
  /** The first key of the range and how many there are. */
  probe(low: Buffer, high: Buffer): Promise<{ readonly first: Buffer; readonly count: number }>
}

/** Steps of one cut: about eight for each byte that the keys have in common. */
const STEPS = 400
/** Parts of a path that are tried as the end of everything. */
const PREFIXES = 2
/** Rows that etcd may walk for cutting, as a multiple of the rows there are; beyond it the rest is read in turn. */
const EFFORT = 4
/** How much further after a page with nothing in it. */
const EMPTY = 16

/** After a page with too few rows the next reaches further. */
function next(stride: Stride, low: Buffer, end: Buffer, rows: number, wanted: number): Stride {
  if (rows === 0) return stretched(stride, EMPTY)
  if (rows < wanted / 8) return stretched(stride, Math.min(EMPTY, Math.floor(wanted / rows)))
  return strideOf(low, end, rows, wanted)
}

const after = (key: Buffer): Buffer => Buffer.concat([key, Buffer.of(0)])

export class ScanPlan {
  readonly #reads: Reads
  readonly #concurrent: number
  #parts: Part[] = []
  #effort = 0

  constructor(reads: Reads, concurrent: number) {
    this.#reads = reads
    this.#concurrent = concurrent
  }

  /** Reads everything in the range. Returns how many rows etcd said there are. */
  async run(low: Buffer, high: Buffer): Promise<number> {
    const first = await this.#page(low, high)
    if (!first.more) return first.count
    const count = first.count - first.rows
    this.#effort = count * EFFORT
    const end = await this.#lowered(high, first.lastKey)
    this.#parts = [new Part(after(first.lastKey), end, count)]
    await this.#drain()
    return first.count
  }

  /** `/registry/` holds all the rows more often than not: one look then saves bisecting its bytes. */
  async #lowered(high: Buffer, key: Buffer): Promise<Buffer> {
    let lowest = high
    for (const end of enclosingEnds(key, high).slice(0, PREFIXES)) {
      if ((await this.#reads.probe(end, lowest)).count > 0) break
      lowest = end
    }
    return lowest
  }

  /** A page that promises more but does not get ahead would be asked for again and again. */
  async #page(low: Buffer, high: Buffer): Promise<Page> {
    const page = await this.#reads.page(low, high)
    if (page.more && (page.rows === 0 || Buffer.compare(page.lastKey, low) < 0))
      throw malformed('a page of rows that does not get ahead')
    return page
  }

  /** Keeps `concurrent` reads going until nothing is left; the first failure ends it. */
  async #drain(): Promise<void> {
    const running = new Set<Promise<void>>()
    // Kept apart from the race: two steps may settle between two looks, and a lost failure would be lost rows.
    const failures: unknown[] = []
    const start = (work: Promise<void>) => {
      const step: Promise<void> = work
        .catch((thrown: unknown) => void failures.push(thrown))
        .finally(() => running.delete(step))
      running.add(step)
    }
    for (;;) {
      if (failures.length > 0) throw failures[0]
      this.#parts = this.#parts.filter((part) => !part.ended)
      for (const part of this.#toRead()) start(this.#readOn(part))
      for (const part of this.#toCut()) start(this.#cut(part))
      if (running.size === 0) return
      await Promise.race(running)
    }
  }

  /** The largest that nobody reads, as many as there are reads to spare. */
  #toRead(): readonly Part[] {
    const reading = this.#parts.filter(({ reaching }) => reaching).length
    return this.#parts
      .filter((part) => !part.reaching && Buffer.compare(part.low, part.high) !== 0)
      .toSorted((one, other) => other.count - one.count)
      .slice(0, Math.max(0, this.#concurrent - reading))
  }

  /** Where fewer parts are left than could be read at a time. */
  #toCut(): readonly Part[] {
    if (this.#effort <= 0) return []
    const page = this.#reads.pageRows()
    const large = this.#parts.filter(({ count }) => count > page)
    const missing = this.#concurrent - large.length - large.filter((part) => part.cutting).length
    return large
      .filter(({ cutting, whole, count }) => !cutting && !whole && count > page * 2)
      .toSorted((one, other) => other.count - one.count)
      .slice(0, Math.max(0, missing))
  }

  /** One page. */
  async #readOn(part: Part): Promise<void> {
    const { low, stride } = part
    const wanted = this.#reads.pageRows()
    const end = part.count <= wanted * 1.5 ? part.high : ahead(low, stride, part.high)
    part.reaching = end
    const page = await this.#page(low, end)
    part.reaching = undefined
    part.count -= page.rows
    part.low = end
    if (!page.more) {
      part.stride = next(stride, low, end, page.rows, wanted)
      return
    }
    // It reached too far: what lies near has an end now.
    const left = page.count - page.rows
    const near = strideOf(low, page.lastKey, page.rows, wanted)
    this.#parts.push(new Part(after(page.lastKey), end, left, near))
    part.count -= left
    part.stride = firstStride(end)
  }

  /**
   * Bisects over the bytes, down from the end, while the front is being read: a cut that is too high finds an empty
   * range, which costs etcd nothing.
   */
  async #cut(part: Part): Promise<void> {
    part.cutting = true
    try {
      for (let step = 0; step < STEPS; step += 1) {
        const to = part.high
        const middle = midpoint(part.taken, to)
        if (!middle) break
        // Whoever reads the front stays below it.
        part.high = middle
        const right = await this.#reads.probe(middle, to)
        this.#effort -= right.count
        if (right.count === 0) continue
        part.count -= right.count
        this.#parts.push(new Part(right.first, to, right.count))
        return
      }
      part.whole = true
    } finally {
      part.cutting = false
    }
  }
}
