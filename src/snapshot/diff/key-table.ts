import { createHash, randomBytes } from 'node:crypto'
import { halfSipHash } from '../half-sip-hash.ts'
import { spanOf } from '../survey/numbers.ts'

/** Words of one key: hash of its name, fingerprint of its value, bytes of its value, whether the other side has it. */
const WORDS = 6
const SEEN = 5

/** What stands for a value: equal for equal values, within one run, and of no use after it. */
export interface Fingerprint {
  readonly high: number
  readonly low: number
  readonly bytes: number
}

export const fingerprintText = ({ high, low }: Fingerprint): string =>
  [high, low].map((half) => (half >>> 0).toString(16).padStart(8, '0')).join('')

/** Hashes names and values with keys that are drawn anew for each run and never leave it. */
export class Fingerprints {
  readonly #nameKey: readonly [number, number] = [
    randomBytes(4).readInt32LE(0),
    randomBytes(4).readInt32LE(0),
  ]
  readonly #valueKey = randomBytes(32)
  readonly #name = new Int32Array(2)

  name(key: Uint8Array): Int32Array {
    halfSipHash(this.#nameKey, spanOf(key).view, 0, key.length, this.#name, 0)
    return this.#name
  }

  value(value: Uint8Array): Fingerprint {
    // The result is cut, so that nothing can be appended to what is hashed.
    const digest = createHash('sha256').update(this.#valueKey).update(value).digest()
    return { high: digest.readInt32BE(0), low: digest.readInt32BE(4), bytes: value.length }
  }
}

/** Keys and fingerprints of their values: 24 bytes for each, and 4 to 16 to find it by. */
export class KeyTable {
  readonly #prints: Fingerprints
  #words = new Int32Array(1024 * WORDS)
  /** The number of a key, from 1. */
  #slots = new Uint32Array(4096)
  #count = 0

  constructor(prints: Fingerprints) {
    this.#prints = prints
  }

  get count(): number {
    return this.#count
  }

  add(key: Uint8Array, value: Uint8Array): void {
    const [high = 0, low = 0] = this.#prints.name(key)
    const print = this.#prints.value(value)
    if ((this.#count + 1) * 2 > this.#slots.length) this.#grow()
    if (this.#count * WORDS >= this.#words.length) {
      const larger = new Int32Array(this.#words.length * 2)
      larger.set(this.#words)
      this.#words = larger
    }
    this.#words.set([high, low, print.high, print.low, print.bytes, 0], this.#count * WORDS)
    this.#count += 1
    this.#put(this.#count)
  }

  /** The number of the key, from 0; −1 where it is not there. */
  find(key: Uint8Array): number {
    const [high = 0, low = 0] = this.#prints.name(key)
    const mask = this.#slots.length - 1
    for (let slot = high & mask; ; slot = (slot + 1) & mask) {
      const at = (this.#slots[slot] ?? 0) - 1
      if (at < 0) return -1
      if (this.#words[at * WORDS] === high && this.#words[at * WORDS + 1] === low) return at
    }
  }

  print(at: number): Fingerprint {
    const word = (index: number) => this.#words[at * WORDS + index] ?? 0
    return { high: word(2), low: word(3), bytes: word(4) >>> 0 }
  }

  see(at: number): void {
    this.#words[at * WORDS + SEEN] = 1
  }
  isSeen(at: number): boolean {
    return this.#words[at * WORDS + SEEN] === 1
  }

  #put(number: number): void {
    const mask = this.#slots.length - 1
    let slot = (this.#words[(number - 1) * WORDS] ?? 0) & mask
    while (this.#slots[slot] !== 0) slot = (slot + 1) & mask
    this.#slots[slot] = number
  }

  #grow(): void {
    this.#slots = new Uint32Array(this.#slots.length * 2)
    for (let number = 1; number <= this.#count; number += 1) this.#put(number)
  }
}
