// What is known of each page that may belong to the tree: about 50 bytes for each page of the file.

export const NO_PAGE = 0
export const BRANCH = 1
/** A leaf with nothing but revisions. */
export const REVISIONS = 2
/** A leaf with anything else; its content is kept. */
export const OTHER = 3

export class PageFacts {
  readonly kind: Uint8Array
  /** Pages behind this one that belong to it. */
  readonly overflow: Uint32Array
  /** Of a branch: its place in `children`. Of revisions: the first row. */
  readonly first: Uint32Array
  readonly count: Uint16Array
  /** CRC-32C register over keys and values, taken from 0, and how many bytes they are. */
  readonly state: Int32Array
  readonly bytes: Uint32Array
  readonly firstMain: Float64Array
  readonly firstSub: Uint32Array
  readonly lastMain: Float64Array
  readonly lastSub: Uint32Array
  readonly names: Uint32Array
  /** Pages whose CRC was not taken. */
  readonly unhashed = new Set<number>()
  #children = new Uint32Array(4096)
  #childCount = 0
  readonly #mostChildren: number
  readonly #others = new Map<number, Buffer>()
  #otherBytes = 0

  /** One page more than the file has, for a bucket so small that it lies inside of another page. */
  constructor(pages: number) {
    const size = pages + 1
    this.kind = new Uint8Array(size)
    this.overflow = new Uint32Array(size)
    this.first = new Uint32Array(size)
    this.count = new Uint16Array(size)
    this.state = new Int32Array(size)
    this.bytes = new Uint32Array(size)
    this.firstMain = new Float64Array(size)
    this.firstSub = new Uint32Array(size)
    this.lastMain = new Float64Array(size)
    this.lastSub = new Uint32Array(size)
    this.names = new Uint32Array(size)
    this.#mostChildren = Math.max(MOST_CHILDREN, pages * 8)
  }

  /** Remembers a branch; false where the free pages of the file hold more old ones than etcd leaves. */
  branch(id: number, children: readonly number[] | Uint32Array): boolean {
    if (this.#childCount + children.length > this.#mostChildren) return false
    if (this.#childCount + children.length > this.#children.length) {
      const larger = new Uint32Array(this.#children.length * 2)
      larger.set(this.#children)
      this.#children = larger
    }
    this.#children.set(children, this.#childCount)
    this.kind[id] = BRANCH
    this.first[id] = this.#childCount
    this.count[id] = children.length
    this.#childCount += children.length
    return true
  }

  children(id: number): Uint32Array {
    const first = this.first[id] ?? 0
    return this.#children.subarray(first, first + (this.count[id] ?? 0))
  }

  other(id: number, content: Uint8Array): boolean {
    if (this.#otherBytes + content.length > MOST_OTHER_BYTES) return false
    this.#others.set(id, Buffer.from(content))
    this.#otherBytes += content.length
    this.kind[id] = OTHER
    return true
  }

  content(id: number): Buffer {
    return this.#others.get(id) ?? Buffer.alloc(0)
  }
}

const MOST_CHILDREN = 1 << 20
const MOST_OTHER_BYTES = 64 * 1024 * 1024
