const SLASH = 0x2f
const DOT = 0x2e
const MOST = 5000
const SLOTS = 16_384
const PROBES = 64
/** Longer than any that Kubernetes has. */
const LONGEST = 256

/** Sorts keys by their first two path segments, three where the second is a group, `services` or `registry`. */
export class Prefixes {
  /** Prefix 0 takes keys without a slash, 1 what exceeds the limits. */
  readonly #names: Buffer[] = [Buffer.from(''), Buffer.from('(others)')]
  readonly #slots = new Uint16Array(SLOTS)

  get count(): number {
    return this.#names.length
  }

  nameOf(prefix: number): Buffer {
    return this.#names[prefix] ?? Buffer.alloc(0)
  }

  of(bytes: Uint8Array, start: number, end: number): number {
    const stop = prefixEnd(bytes, start, Math.min(end, start + LONGEST))
    return stop === start ? 0 : this.#find(bytes, start, stop)
  }

  #find(bytes: Uint8Array, start: number, end: number): number {
    let hash = 0x811c9dc5
    for (let at = start; at < end; at += 1)
      hash = Math.imul(hash ^ (bytes[at] as number), 0x0100_0193)
    for (let probe = 0; probe < PROBES; probe += 1) {
      const slot = ((hash >>> 16) + hash + probe) & (SLOTS - 1)
      const there = this.#slots[slot] ?? 0
      if (there === 0) return this.#add(slot, bytes, start, end)
      if (same(this.#names[there], bytes, start, end)) return there
    }
    return 1
  }

  #add(slot: number, bytes: Uint8Array, start: number, end: number): number {
    if (this.#names.length >= MOST) return 1
    this.#slots[slot] = this.#names.length
    return this.#names.push(Buffer.from(bytes.subarray(start, end))) - 1
  }
}

function same(name: Buffer | undefined, bytes: Uint8Array, start: number, end: number): boolean {
  if (name === undefined || name.length !== end - start) return false
  for (let at = 0; at < name.length; at += 1) if (name[at] !== bytes[start + at]) return false
  return true
}

/** Where the prefix ends, its slash included; `start` where there is none. */
function prefixEnd(bytes: Uint8Array, start: number, end: number): number {
  let slashes = bytes[start] === SLASH ? 0 : 1
  let wanted = 3
  let dot = false
  let segment = start
  let found = start
  for (let at = start; at < end; at += 1) {
    const byte = bytes[at]
    if (byte === DOT) dot = true
    if (byte !== SLASH) continue
    slashes += 1
    found = at + 1
    if (slashes === 3 && (dot || isDeeper(bytes, segment, at))) wanted = 4
    if (slashes >= wanted) return found
    segment = found
    dot = false
  }
  return found === start + 1 ? start : found
}

const DEEPER = ['services', 'registry'].map((name) => Buffer.from(name))
const isDeeper = (bytes: Uint8Array, start: number, end: number) =>
  end - start === 8 && DEEPER.some((name) => same(name, bytes, start, end))
