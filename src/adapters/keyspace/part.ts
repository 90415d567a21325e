import { isEndless } from './midpoint.ts'
import { firstStride, type Stride } from './stride.ts'

/** A range that is read from the front, and may be cut at the back meanwhile. */
export class Part {
  /** At or just before the first key that was not read. */
  low: Buffer
  /** Exclusive; `\0` = endless. */
  high: Buffer
  /** Rows that were not read. */
  count: number
  /** The next page probably ends so far from `low`. */
  stride: Stride
  /** Where the page that is being read ends. */
  reaching: Buffer | undefined
  cutting = false
  /** No cut was found that would divide it. */
  whole = false

  constructor(low: Buffer, high: Buffer, count: number, stride = firstStride(low)) {
    this.low = low
    this.high = high
    this.count = count
    this.stride = stride
  }

  get ended(): boolean {
    if (this.cutting || this.reaching) return false
    return this.count <= 0 || (!isEndless(this.high) && Buffer.compare(this.low, this.high) >= 0)
  }

  /** Nothing before it can be cut off any more. */
  get taken(): Buffer {
    return this.reaching ?? this.low
  }
}
