import type { Prefixes } from './prefixes.ts'
import type { PrefixCount } from './result.ts'

/** Revisions and living keys of each prefix, and their bytes. */
export class PrefixSums {
  readonly #keys: Float64Array
  readonly #bytes: Float64Array
  readonly #revisions: Float64Array
  readonly #revisionBytes: Float64Array

  constructor(prefixes: number) {
    this.#keys = new Float64Array(prefixes)
    this.#bytes = new Float64Array(prefixes)
    this.#revisions = new Float64Array(prefixes)
    this.#revisionBytes = new Float64Array(prefixes)
  }

  add(prefix: number, length: number, live: boolean): void {
    this.#revisions[prefix] = (this.#revisions[prefix] as number) + 1
    this.#revisionBytes[prefix] = (this.#revisionBytes[prefix] as number) + length
    if (!live) return
    this.#keys[prefix] = (this.#keys[prefix] as number) + 1
    this.#bytes[prefix] = (this.#bytes[prefix] as number) + length
  }

  /** The largest prefix first. */
  counts(prefixes: Prefixes): readonly PrefixCount[] {
    return Array.from(this.#keys, (keys, prefix) => ({
      prefix: prefixes.nameOf(prefix),
      keys,
      bytes: this.#bytes[prefix] ?? 0,
      revisions: this.#revisions[prefix] ?? 0,
      revisionBytes: this.#revisionBytes[prefix] ?? 0,
    }))
      .filter((one) => one.revisions > 0)
      .toSorted((a, b) => b.bytes - a.bytes || Buffer.compare(a.prefix, b.prefix))
  }
}
