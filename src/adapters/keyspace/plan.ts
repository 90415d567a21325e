// Reads a keyspace in pages with near ends, a few at a time.
// A limited Range still makes etcd walk its index to the end of the range, to count: with far ends paging is quadratic.
import { malformed } from '../h2/malformed.ts'
import { enclosingEnds } from './enclosing-ends.ts'
import { midpoint } from './midpoint.ts'
import { ahead, firstStride, stretched, strideOf, type Stride } from './stride.ts'

export interface Interval {
  /** At or just before the first key. */
  readonly low: Buffer
  /** Exclusive; `\0` = endless. */
  readonly high: Buffer
  /** Rows, exactly: the revision is pinned. */
  readonly count: number
  /** The next page probably ends so far from `low`; nothing is known of a part that was just cut off. */
  readonly stride?: Stride
  /** No cut was found that would divide it. */
  readonly whole?: boolean
}

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
/** A part below this share of the rows is no use as a part: it is set aside and the rest cut. */
const SLIVER = 16

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
  readonly #open: Interval[] = []
  #effort = 0

  constructor(reads: Reads, concurrent: number) {
    this.#reads = reads
    this.#concurrent = concurrent
  }

  /** Reads everything in the interval. Returns how many rows etcd said there are. */
  async run(low: Buffer, high: Buffer): Promise<number> {
    const first = await this.#page(low, high)
    if (!first.more) return first.count
    const count = first.count - first.rows
    this.#effort = count * EFFORT
    this.#open.push({
      low: after(first.lastKey),
      high: await this.#lowered(high, first.lastKey),
      count,
    })
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
    const start = (interval: Interval) => {
      const parts = this.#open.length + running.size + 1
      const step: Promise<void> = this.#step(interval, parts)
        .catch((thrown: unknown) => void failures.push(thrown))
        .finally(() => running.delete(step))
      running.add(step)
    }
    for (;;) {
      if (failures.length > 0) throw failures[0]
      while (running.size < this.#concurrent) {
        const interval = this.#takeLargest()
        if (!interval) break
        start(interval)
      }
      if (running.size === 0) return
      await Promise.race(running)
    }
  }

  #takeLargest(): Interval | undefined {
    let best = 0
    for (const [index, one] of this.#open.entries())
      if (one.count > (this.#open[best]?.count ?? 0)) best = index
    return this.#open.splice(best, 1)[0]
  }

  async #step(interval: Interval, parts: number): Promise<void> {
    const worthIt =
      !interval.whole && interval.count > this.#reads.pageRows() * 2 && this.#effort > 0
    if (parts < this.#concurrent && worthIt) this.#open.push(...(await this.#cut(interval)))
    else await this.#readOn(interval)
  }

  /** One page; what is left of the interval is opened again. */
  async #readOn({ low, high, count, whole, stride = firstStride(low) }: Interval): Promise<void> {
    const wanted = this.#reads.pageRows()
    const end = count <= wanted * 1.5 ? high : ahead(low, stride, high)
    const page = await this.#page(low, end)
    const open = (part: Interval) => {
      if (part.count > 0) this.#open.push({ ...part, ...(whole && { whole }) })
    }
    const behind = { low: end, high, count: count - page.count }
    if (page.more) {
      const further = strideOf(low, page.lastKey, page.rows, wanted)
      const left = page.count - page.rows
      open({ low: after(page.lastKey), high: end, count: left, stride: further })
      open(behind)
    } else open({ ...behind, stride: next(stride, low, end, page.rows, wanted) })
  }

  /**
   * Bisects over the bytes. `low` hugs the first key, so a cut that is too high finds an empty range, which costs
   * etcd nothing; a cut that is too low finds all the rows and a new `low`.
   */
  async #cut({ low, high, count }: Interval): Promise<readonly Interval[]> {
    let [from, to, rows] = [low, high, count]
    const aside: Interval[] = []
    for (let step = 0; step < STEPS; step += 1) {
      const middle = midpoint(from, to)
      if (!middle) break
      const right = await this.#reads.probe(middle, to)
      this.#effort -= right.count
      if (right.count === 0) to = middle
      else if (right.count === rows) from = right.first
      else {
        const left = { low: from, high: middle, count: rows - right.count }
        const rest = { low: right.first, high: to, count: right.count }
        if (rest.count >= rows / SLIVER) return [...aside, left, rest]
        aside.push(rest)
        ;[to, rows] = [middle, left.count]
      }
    }
    return [...aside, { low: from, high: to, count: rows, whole: true }]
  }
}
