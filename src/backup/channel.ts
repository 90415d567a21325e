/** From whoever pushes to whoever reads: a few values may wait, beyond them the pusher is asked to. */
export class Channel<T> implements AsyncIterable<T> {
  readonly #most: number
  readonly #values: T[] = []
  #ended = false
  #failure: Error | undefined
  #changed = Promise.withResolvers<void>()

  constructor(most: number) {
    this.#most = most
  }

  /** A promise asks to be awaited before the next; it rejects where the channel has failed. */
  push(value: T): void | Promise<void> {
    if (this.#failure) throw this.#failure
    this.#values.push(value)
    this.#tell()
    if (this.#values.length > this.#most) return this.#room()
  }

  end(): void {
    this.#ended = true
    this.#tell()
  }

  /** Both sides throw this from now on. */
  fail(why: Error): void {
    this.#failure ??= why
    this.#tell()
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T> {
    for (;;) {
      if (this.#failure) throw this.#failure
      if (this.#values.length > 0) {
        const value = this.#values.shift() as T
        this.#tell()
        yield value
      } else if (this.#ended) return
      else await this.#changed.promise
    }
  }

  async #room(): Promise<void> {
    while (this.#values.length > this.#most && !this.#failure) await this.#changed.promise
    if (this.#failure) throw this.#failure
  }

  #tell(): void {
    this.#changed.resolve()
    this.#changed = Promise.withResolvers<void>()
  }
}
