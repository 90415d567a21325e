import { createHash, randomBytes } from 'node:crypto'

/**
 * Remembers byte strings by 64 bits of a salted SHA-256: 8 to 16 bytes of memory for each, however long it is.
 * The salt keeps foreign data from being made to collide.
 */
export class HashSet {
  readonly #salt = randomBytes(16)
  #slots = new BigUint64Array(1024)
  #size = 0

  /** Whether the bytes are new; they are remembered. */
  add(bytes: Uint8Array): boolean {
    const digest = createHash('sha256').update(this.#salt).update(bytes).digest()
    // Zero marks an empty slot.
    const hash = digest.readBigUInt64LE(0) || 1n
    if (this.#size * 2 >= this.#slots.length) this.#grow()
    if (!this.#put(hash)) return false
    this.#size += 1
    return true
  }

  #put(hash: bigint): boolean {
    const mask = this.#slots.length - 1
    for (let at = Number(hash & 0xffff_ffffn) & mask; ; at = (at + 1) & mask) {
      const there = this.#slots[at]
      if (there === hash) return false
      if (there !== 0n) continue
      this.#slots[at] = hash
      return true
    }
  }

  #grow(): void {
    const old = this.#slots
    this.#slots = new BigUint64Array(old.length * 2)
    for (const hash of old) if (hash !== 0n) this.#put(hash)
  }
}
