// Bytes in order, cut into pages. Which pages belong to the tree is known at the end alone: a page that is free now
// still has its old head, which may claim the pages behind it. So every head is taken for one until then.
import { corrupt } from '../byte-source.ts'
import { chooseMeta, META_REACH, type Meta } from '../meta-page.ts'
import { u16, u32 } from './numbers.ts'

const BRANCH = 0x01
const LEAF = 0x02
const FREELIST = 0x10
/** A page holds at least two values where it is longer than the page size; etcd's are far below this. */
const LONGEST = 64 * 1024 * 1024

export interface PageVisitor {
  /** Once, before any page. */
  begin(meta: Meta): void
  /** A page with a head of the tree, `length` bytes at `start`, overflow included; valid until it returns. */
  page(id: number, leaf: boolean, bytes: Uint8Array, start: number, length: number): void
  freelist(id: number, pages: number): void
}

export class PageStream {
  readonly #visitor: PageVisitor
  #length = 0
  #head: Buffer[] = []
  #meta: Meta | undefined
  #next = 0
  /** The beginning of a page whose end has not come yet. */
  #partial = Buffer.alloc(0)
  #filled = 0
  /** The pages from `#heldFrom` on, while a head claims more than one. */
  #held = Buffer.alloc(0)
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
    this.#partial = Buffer.alloc(meta.pageSize)
    this.#visitor.begin(meta)
    this.#cut(head, meta)
    return meta
  }

  #cut(piece: Buffer, meta: Meta): void {
    const size = meta.pageSize
    let at = 0
    while (at < piece.length && this.#next < meta.pages) {
      if (this.#filled === 0 && piece.length - at >= size) {
        this.#page(piece, at, meta)
        at += size
        continue
      }
      const copied = piece.copy(this.#partial, this.#filled, at)
      at += copied
      this.#filled += copied
      if (this.#filled < size) return
      this.#filled = 0
      this.#page(this.#partial, 0, meta)
    }
  }

  #page(bytes: Buffer, at: number, meta: Meta): void {
    const id = this.#next
    this.#next += 1
    if (this.#claims.size > 0) this.#hold(bytes, at, meta.pageSize)
    const ours = id >= 2 && u32(bytes, at) === id && u32(bytes, at + 4) === 0
    const flags = ours ? u16(bytes, at + 8) : 0
    const overflow = ours ? u32(bytes, at + 12) : 0
    if (flags === FREELIST) this.#visitor.freelist(id, overflow + 1)
    if (flags === LEAF || flags === BRANCH) {
      const length = (overflow + 1) * meta.pageSize
      if (overflow === 0) this.#visitor.page(id, flags === LEAF, bytes, at, length)
      else if (id + overflow < meta.pages && length <= LONGEST)
        this.#claim(id, overflow, bytes.subarray(at, at + meta.pageSize))
    }
    if (this.#claims.size > 0) this.#complete(id, meta.pageSize)
  }

  #claim(id: number, overflow: number, page: Buffer): void {
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

  #hold(bytes: Buffer, at: number, size: number): void {
    if (this.#heldBytes + size > this.#held.length) this.#makeRoom(size)
    bytes.copy(this.#held, this.#heldBytes, at, at + size)
    this.#heldBytes += size
  }

  /** What lies before the oldest claim goes first: never more than twice the longest page is held. */
  #makeRoom(size: number): void {
    const [oldest = this.#heldFrom] = this.#claims.keys()
    const gone = (oldest - this.#heldFrom) * size
    const kept = this.#heldBytes - gone
    const room = Math.max(1 << 20, (kept + size) * 2)
    const target = room > this.#held.length ? Buffer.allocUnsafeSlow(room) : this.#held
    this.#held.copy(target, 0, gone, this.#heldBytes)
    this.#held = target
    this.#heldFrom = oldest
    this.#heldBytes = kept
  }

  #complete(id: number, size: number): void {
    const done = this.#claimsByEnd.get(id)
    if (!done) return
    this.#claimsByEnd.delete(id)
    for (const first of done) {
      this.#claims.delete(first)
      const start = (first - this.#heldFrom) * size
      const leaf = u16(this.#held, start + 8) === LEAF
      this.#visitor.page(first, leaf, this.#held, start, (id - first + 1) * size)
    }
  }
}
