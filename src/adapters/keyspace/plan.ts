// Cuts the keyspace into ranges with near ends and reads them page by page, a few at a time.
// A limited Range still makes etcd count to its end, so that paging one long range is quadratic.
import { malformed } from '../h2/malformed.ts'
import { midpoint } from './midpoint.ts'
import { enclosingEnds } from './enclosing-ends.ts'

export interface Interval {
  /** At or just before the first key. */
  readonly low: Buffer
  /** Exclusive; `\0` = endless. */
  readonly high: Buffer
  readonly count: number
}

export interface Page {
  readonly rows: number
  /** Rows from the page's start to the range's end. */
  readonly count: number
  readonly more: boolean
  readonly lastKey: Buffer
}

export interface Reads {
  page(low: Buffer, high: Buffer): Promise<Page>
  /** The first key of the range and how many there are. */
  probe(low: Buffer, high: Buffer): Promise<{ readonly first: Buffer; readonly count: number }>
}

export interface Sizes {
  readonly concurrent: number
  /** Ranges longer than this are cut. */
  readonly rangeRows: number
}

/** Steps of one cut: about eight for each byte that the keys have in common beyond their last separator. */
const STEPS = 400
/** Rows that etcd may walk for cutting, as a multiple of the rows there are; beyond it paging is cheaper. */
const EFFORT = 12

const after = (key: Buffer): Buffer => Buffer.concat([key, Buffer.of(0)])

export class ScanPlan {
  readonly #reads: Reads
  readonly #sizes: Sizes
  readonly #open: Interval[] = []
  #effort = 0

  constructor(reads: Reads, sizes: Sizes) {
    this.#reads = reads
    this.#sizes = sizes
  }

  /** Reads everything in the interval. Returns how many rows etcd said there are. */
  async run(low: Buffer, high: Buffer): Promise<number> {
    const first = await this.#page(low, high)
    if (!first.more) return first.count
    const count = first.count - first.rows
    this.#effort = count * EFFORT
    this.#open.push({ low: after(first.lastKey), high, count })
    await this.#drain()
    return first.count
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
      const step: Promise<void> = this.#step(interval)
        .catch((thrown: unknown) => void failures.push(thrown))
        .finally(() => running.delete(step))
      running.add(step)
    }
    for (;;) {
      if (failures.length > 0) throw failures[0]
      while (running.size < this.#sizes.concurrent) {
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

  async #step(interval: Interval): Promise<void> {
    if (interval.count > this.#sizes.rangeRows && this.#effort > 0) {
      const parts = await this.#cut(interval)
      if (parts) {
        this.#open.push(...parts)
        return
      }
    }
    await this.#read(interval)
  }

  async #read({ low, high }: Interval): Promise<void> {
    for (let from = low; ;) {
      const page = await this.#page(from, high)
      if (!page.more) return
      from = after(page.lastKey)
    }
  }

  /**
   * Bisects over the bytes. `low` hugs the first key, so a cut that is too high finds an empty range, which costs
   * etcd nothing; a cut that is too low finds all the rows and a new `low`.
   */
  async #cut({ low, high, count }: Interval): Promise<readonly Interval[] | undefined> {
    let [from, to, rows] = [low, high, count]
    const aside: Interval[] = []
    // The ends of what the first key lies under, as in `/registry/`: mostly empty behind, and many bytes at once.
    let ends = enclosingEnds(from, to)
    for (let step = 0; step < STEPS; step += 1) {
      const guess = ends.shift()
      const middle = guess ?? midpoint(from, to)
      if (!middle) break
      const right = await this.#reads.probe(middle, to)
      this.#effort -= right.count
      if (right.count === 0) {
        to = middle
        continue
      }
      const left = { low: from, high: middle, count: rows - right.count }
      if (left.count > 0 && !(guess && left.count < rows / 4))
        return [...aside, left, { low: right.first, high: to, count: right.count }]
      // One small directory at the front: what matters is how the rest is cut.
      if (left.count > 0) aside.push(left)
      ;[from, rows, ends] = [right.first, right.count, []]
    }
    return aside.length > 0 ? [...aside, { low: from, high: to, count: rows }] : undefined
  }
}
