/** Bytes of a block, which is what a chunk of the repository format holds. */
export const BLOCK = 1024 * 1024

/**
 * Gathers pieces of any size into blocks of 1 MiB, each the whole of its memory, so that it can be handed over. Memory
 * that comes back is used again: fresh pages for a gigabyte cost more than the copying.
 */
export class Blocks {
  readonly #emit: (block: Uint8Array) => void | Promise<void>
  readonly #spare: Buffer[] = []
  #block: Buffer = Buffer.allocUnsafeSlow(BLOCK)
  #filled = 0

  constructor(emit: (block: Uint8Array) => void | Promise<void>) {
    this.#emit = emit
  }

  /** Copies; a promise asks to be awaited before the next piece. */
  add(piece: Uint8Array): void | Promise<void> {
    const asked: Promise<void>[] = []
    for (let at = 0; at < piece.length;) {
      const part = piece.subarray(at, at + BLOCK - this.#filled)
      this.#block.set(part, this.#filled)
      this.#filled += part.length
      at += part.length
      if (this.#filled < BLOCK) break
      const emitted = this.#emit(this.#take())
      if (emitted) asked.push(emitted)
    }
    if (asked.length > 0) return Promise.all(asked).then(() => undefined)
  }

  /** What is left, as a shorter block. */
  async end(): Promise<void> {
    const rest = this.#block.subarray(0, this.#filled)
    this.#filled = 0
    if (rest.length > 0) await this.#emit(rest)
  }

  /** The block's memory may be written again. */
  readonly reuse = ({ buffer }: Uint8Array): void => {
    if (buffer.byteLength === BLOCK) this.#spare.push(Buffer.from(buffer as ArrayBuffer))
  }

  #take(): Uint8Array {
    const full = this.#block
    this.#block = this.#spare.pop() ?? Buffer.allocUnsafeSlow(BLOCK)
    this.#filled = 0
    return full
  }
}
