// Bytes in order, cut into pages. Which pages belong to the tree is known at the end alone: a page that is free now
// still has its old head, which may claim the pages behind it. So every head is taken for one until then.
import { corrupt } from '../byte-source.ts'
import { chooseMeta, META_REACH, type Meta } from '../meta-page.ts'
import { type Span, spanOf } from './numbers.ts'

const BRANCH = 0x01
const LEAF = 0x02
const FREELIST = 0x10
/** A page holds at least two values where it is longer than the page size; etcd's are far below this. */
const LONGEST = 64 * 1024 * 1024

const EMPTY = spanOf(Buffer.alloc(0))

export interface PageVisitor {
  /** Once, before any page. */
  begin(meta: Meta): void
  /** A page with a head of the tree, `length` bytes at `start`, overflow included; valid until it returns. */
  page(id: number, leaf: boolean, span: Span, start: number, length: number): void
  freelist(id: number, pages: number): void
}

export class PageStream {
  readonly #visitor: PageVisitor
  #length = 0
  #head: Buffer[] = []
  #meta: Meta | undefined
  #next = 0
  /** The beginning of a page whose end has not come yet. */
  #partial = EMPTY
  #filled = 0
  /** The pages from `#heldFrom` on, while a head claims pages that have not all come. */
  #held = EMPTY
  #heldFrom = 0
  #heldBytes = 0
  /** The last page of each unfinished claim, by its first. */
  readonly #claims = new Map<number, number>()
  readonly #claimsByEnd = new Map<number, number[]>()

  constructor(visitor: PageVisitor) {
    this.#visitor = visitor
  }

  write(piece: Buffer): void {
    this.#length += piece.length
    if (this.#meta) return this.#cut(piece, this.#meta)
    this.#head.push(Buffer.from(piece))
    if (this.#length >= META_REACH) this.#begin()
  }

  /** Throws KeepError `corrupt` where pages are missing. */
  finish(): { readonly meta: Meta; readonly length: number } {
    const meta = this.#meta ?? this.#begin()
    if (this.#length < meta.pages * meta.pageSize) throw corrupt('it is cut short')
    return { meta, length: this.#length }
  }

  #begin(): Meta {
    const head = Buffer.concat(this.#head)
    this.#head = []
    const meta = chooseMeta(head)
    this.#meta = meta
    this.#partial = spanOf(Buffer.alloc(meta.pageSize))
    this.#visitor.begin(meta)
    this.#cut(head, meta)
    return meta
  }

  #cut(piece: Buffer, meta: Meta): void {
    const size = meta.pageSize
    const span = spanOf(piece)
    let at = 0
    while (at < piece.length && this.#next < meta.pages) {
      if (this.#filled === 0 && piece.length - at >= size) {
        this.#page(span, at, meta)
        at += size
        continue
      }
      const copied = piece.copy(this.#partial.bytes, this.#filled, at)
      at += copied
      this.#filled += copied
      if (this.#filled < size) return
      this.#filled = 0
      this.#page(this.#partial, 0, meta)
    }
  }

  #page(span: Span, at: number, meta: Meta): void {
    const { view, bytes } = span
    const id = this.#next
    this.#next += 1
    if (this.#claims.size > 0) this.#hold(bytes, at, meta.pageSize)
    if (id >= 2 && view.getUint32(at, true) === id && view.getUint32(at + 4, true) === 0) {
      const flags = view.getUint16(at + 8, true)
      const overflow = view.getUint32(at + 12, true)
      const length = (overflow + 1) * meta.pageSize
      if (flags === FREELIST) this.#visitor.freelist(id, overflow + 1)
      else if ((flags === LEAF || flags === BRANCH) && id + overflow < meta.pages) {
        if (at + length <= bytes.length) this.#visitor.page(id, flags === LEAF, span, at, length)
        else if (length <= LONGEST)
          this.#claim(id, overflow, bytes.subarray(at, at + meta.pageSize))
      }
    }
    if (this.#claims.size > 0) this.#complete(id, meta.pageSize)
  }

  #claim(id: number, overflow: number, page: Uint8Array): void {
    if (this.#claims.size === 0) {
      this.#heldFrom = id
      this.#heldBytes = 0
      this.#hold(page, 0, page.length)
    }
    const end = id + overflow
    this.#claims.set(id, end)
    const others = this.#claimsByEnd.get(end)
    if (others) others.push(id)
    else this.#claimsByEnd.set(end, [id])
  }

  #hold(bytes: Uint8Array, at: number, size: number): void {
    if (this.#heldBytes + size > this.#held.bytes.length) this.#makeRoom(size)
    this.#held.bytes.set(bytes.subarray(at, at + size), this.#heldBytes)
    this.#heldBytes += size
  }

  /** What lies before the oldest claim goes first: never more than twice the longest page is held. */
  #makeRoom(size: number): void {
    const { bytes } = this.#held
    const [oldest = this.#heldFrom] = this.#claims.keys()
    const gone = (oldest - this.#heldFrom) * size
    const kept = bytes.subarray(gone, this.#heldBytes)
    const room = Math.max(1 << 20, (kept.length + size) * 2)
    if (room > bytes.length) this.#held = spanOf(Buffer.allocUnsafeSlow(room))
    this.#held.bytes.set(kept)
    this.#heldFrom = oldest
    this.#heldBytes = kept.length
  }

  #complete(id: number, size: number): void {
    const done = this.#claimsByEnd.get(id)
    if (!done) return
    this.#claimsByEnd.delete(id)
    for (const first of done) {
      this.#claims.delete(first)
      const start = (first - this.#heldFrom) * size
      const leaf = this.#held.view.getUint16(start + 8, true) === LEAF
      this.#visitor.page(first, leaf, this.#held, start, (id - first + 1) * size)
    }
  }
}
