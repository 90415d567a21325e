/** Reads big-endian numbers and length-prefixed vectors; reading past the end throws what `fault` makes. */
export class ByteReader {
  readonly #bytes: Buffer
  readonly #fault: (what: string) => Error
  #at = 0

  constructor(bytes: Buffer, fault: (what: string) => Error) {
    this.#bytes = bytes
    this.#fault = fault
  }

  done(): boolean {
    return this.#at >= this.#bytes.length
  }

  take(length: number): Buffer {
    const end = this.#at + length
    if (end > this.#bytes.length) throw this.#fault('a length runs over the end')
    const part = this.#bytes.subarray(this.#at, end)
    this.#at = end
    return part
  }

  u16(): number {
    return this.take(2).readUInt16BE(0)
  }

  vector8(): Buffer {
    return this.take(this.take(1).readUInt8(0))
  }

  vector16(): Buffer {
    return this.take(this.u16())
  }

  vector24(): Buffer {
    return this.take(this.take(3).readUIntBE(0, 3))
  }
}
