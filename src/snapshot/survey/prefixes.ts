import { type Span, spanOf } from './numbers.ts'
import { startsWith } from './starts-with.ts'

const SLASH = 0x2f
const DOT = 0x2e
const MOST = 5000
const SLOTS = 16_384
const PROBES = 64
/** Longer than any that Kubernetes has. */
const LONGEST = 256
/** Where prefixes begin to differ: behind `/registry/`. */
const GUESSED = 10

/** Sorts keys by their first two path segments, three where the second is a group, `services` or `registry`. */
export class Prefixes {
  /** Prefix 0 takes keys without a slash, 1 what exceeds the limits. */
  readonly #names: Span[] = ['', '(others)'].map((name) => spanOf(Buffer.from(name)))
  readonly #slots = new Uint16Array(SLOTS)
  readonly #hashes = new Int32Array(SLOTS)
  /** Prefixes by eight bytes of theirs: a guess that is checked. */
  readonly #recent = new Uint16Array(256)

  #complete = false

  get count(): number {
    return this.#names.length
  }

  nameOf(prefix: number): Buffer {
    return Buffer.from(this.#names[prefix]?.bytes ?? '')
  }

  /** The number of the prefix that the key from `start` to `end` has. */
  of(span: Span, start: number, end: number): number {
    const { view } = span
    if (end - start < GUESSED + 8) return this.#parse(span, start, end)
    const words =
      view.getInt32(start + GUESSED, true) ^ Math.imul(view.getInt32(start + GUESSED + 4, true), 31)
    const guess = (Math.imul(words, 0x9e37_79b1 | 0) >>> 24) & 255
    const recent = this.#recent[guess] as number
    if (recent !== 0 && startsWith(span, start, end, this.#names[recent] as Span)) return recent
    const found = this.#parse(span, start, end)
    if (this.#complete) this.#recent[guess] = found
    return found
  }

  #parse(span: Span, start: number, end: number): number {
    const { bytes } = span
    const last = Math.min(end, start + LONGEST)
    let slashes = bytes[start] === SLASH ? 0 : 1
    let wanted = 3
    let dot = false
    let segment = start
    let found = start
    let hash = 0x811c9dc5
    let hashFound = hash
    for (let at = start; at < last; at += 1) {
      const byte = bytes[at] as number
      hash = Math.imul(hash ^ byte, 0x0100_0193)
      if (byte === DOT) dot = true
      if (byte !== SLASH) continue
      slashes += 1
      found = at + 1
      hashFound = hash
      if (slashes === 3 && (dot || isDeeper(span, segment, at))) wanted = 4
      if (slashes >= wanted) break
      segment = found
      dot = false
    }
    // Any key that starts with a whole prefix has that one; a key that ended before has what there was.
    this.#complete = slashes >= wanted
    return found <= start + 1 ? 0 : this.#find(hashFound, span, start, found)
  }

  #find(hash: number, span: Span, start: number, end: number): number {
    for (let probe = 0; probe < PROBES; probe += 1) {
      const slot = ((hash >>> 16) + hash + probe) & (SLOTS - 1)
      const there = this.#slots[slot] as number
      if (there === 0) return this.#add(slot, hash, span.bytes.subarray(start, end))
      if (this.#hashes[slot] === hash && isThe(this.#names[there], span, start, end)) return there
    }
    this.#complete = false
    return 1
  }

  #add(slot: number, hash: number, name: Uint8Array): number {
    if (this.#names.length >= MOST) {
      this.#complete = false
      return 1
    }
    this.#slots[slot] = this.#names.length
    this.#hashes[slot] = hash
    return this.#names.push(spanOf(Buffer.from(name))) - 1
  }
}

const isThe = (name: Span | undefined, span: Span, start: number, end: number) =>
  name?.bytes.length === end - start && startsWith(span, start, end, name)

const DEEPER = ['services', 'registry'].map((name) => spanOf(Buffer.from(name)))
const isDeeper = (span: Span, start: number, end: number) =>
  end - start === 8 && DEEPER.some((name) => startsWith(span, start, end, name))
