// What is known of each page that may belong to the tree: 48 bytes, side by side, for each page of the file.

export const NO_PAGE = 0
export const BRANCH = 1
/** A leaf with nothing but revisions. */
export const REVISIONS = 2
/** A leaf with anything else; its content is kept. */
export const OTHER = 3

const MOST_CHILDREN = 1 << 20
const MOST_OTHER_BYTES = 64 * 1024 * 1024

/** Words of a page: kind and count, first row or child, overflow, CRC, bytes, names, its first and its last revision. */
const WORDS = 12
const FIRST = 6
const LAST = 9

export interface RevisionsPage {
  /** Its first row, and how many it has. */
  readonly first: number
  readonly count: number
  /** CRC-32C register over keys and values, taken from 0, and how many bytes they are. */
  readonly state: number
  readonly bytes: number
  /** Of encryption keys, as bits. */
  readonly names: number
}

export class PageFacts {
  readonly #words: Int32Array
  /** Pages whose CRC was not taken. */
  readonly unhashed = new Set<number>()
  #children = new Uint32Array(4096)
  #childCount = 0
  readonly #mostChildren: number
  readonly #others = new Map<number, Buffer>()
  #otherBytes = 0

  /** One page more than the file has, for a bucket so small that it lies inside of another page. */
  constructor(pages: number) {
    this.#words = new Int32Array((pages + 1) * WORDS)
    this.#mostChildren = Math.max(MOST_CHILDREN, pages * 8)
  }

  #word(id: number, word: number): number {
    return this.#words[id * WORDS + word] ?? 0
  }
  #main(id: number, word: number): number {
    return this.#word(id, word) * 0x1_0000_0000 + (this.#word(id, word + 1) >>> 0)
  }
  #describe(id: number, kind: number, count: number, first: number): void {
    this.#words[id * WORDS] = kind | (count << 8)
    this.#words[id * WORDS + 1] = first
  }
  #put(id: number, word: number, main: number, sub: number): void {
    const at = id * WORDS + word
    this.#words[at] = main / 0x1_0000_0000
    this.#words[at + 1] = main
    this.#words[at + 2] = sub
  }

  kind(id: number): number {
    return this.#word(id, 0) & 0xff
  }
  count(id: number): number {
    return this.#word(id, 0) >>> 8
  }
  /** Of revisions: the number of the first row. */
  first(id: number): number {
    return this.#word(id, 1) >>> 0
  }
  /** Pages behind this one that belong to it. */
  overflow(id: number): number {
    return this.#word(id, 2)
  }
  state(id: number): number {
    return this.#word(id, 3)
  }
  bytes(id: number): number {
    return this.#word(id, 4) >>> 0
  }
  names(id: number): number {
    return this.#word(id, 5)
  }
  firstMain(id: number): number {
    return this.#main(id, FIRST)
  }
  firstSub(id: number): number {
    return this.#word(id, FIRST + 2) >>> 0
  }
  lastMain(id: number): number {
    return this.#main(id, LAST)
  }
  lastSub(id: number): number {
    return this.#word(id, LAST + 2) >>> 0
  }

  setOverflow(id: number, pages: number): void {
    this.#words[id * WORDS + 2] = pages
  }
  setFirst(id: number, main: number, sub: number): void {
    this.#put(id, FIRST, main, sub)
  }
  setLast(id: number, main: number, sub: number): void {
    this.#put(id, LAST, main, sub)
  }

  revisions(id: number, page: RevisionsPage): void {
    this.#describe(id, REVISIONS, page.count, page.first)
    const at = id * WORDS
    this.#words[at + 3] = page.state
    this.#words[at + 4] = page.bytes
    this.#words[at + 5] = page.names
  }

  /** Remembers a branch; not where the free pages of the file hold more old ones than etcd leaves. */
  branch(id: number, children: Uint32Array): void {
    if (this.#childCount + children.length > this.#mostChildren) return
    if (this.#childCount + children.length > this.#children.length) {
      const larger = new Uint32Array(this.#children.length * 2)
      larger.set(this.#children)
      this.#children = larger
    }
    this.#children.set(children, this.#childCount)
    this.#describe(id, BRANCH, children.length, this.#childCount)
    this.#childCount += children.length
  }

  children(id: number): Uint32Array {
    return this.#children.subarray(this.first(id), this.first(id) + this.count(id))
  }

  other(id: number, content: Uint8Array): void {
    if (this.#otherBytes + content.length > MOST_OTHER_BYTES) return
    this.#others.set(id, Buffer.from(content))
    this.#otherBytes += content.length
    this.#describe(id, OTHER, 0, 0)
  }

  content(id: number): Buffer {
    return this.#others.get(id) ?? Buffer.alloc(0)
  }
}
