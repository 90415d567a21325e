// Between a stream that pushes and a sink that may ask it to wait.
import type { SnapshotSink } from '../../ports/snapshot-stream.ts'

/** What comes while the sink waits is copied, in order; `pause` keeps that below what was read from the socket. */
export class HeldBack {
  readonly #sink: SnapshotSink
  readonly #flow: { pause(): void; resume(): void }
  readonly #queue: { readonly bytes: Buffer; readonly total: number }[] = []
  #waiting: Promise<void> | undefined
  #failure: { readonly cause: unknown } | undefined

  constructor(sink: SnapshotSink, flow: { pause(): void; resume(): void }) {
    this.#sink = sink
    this.#flow = flow
  }

  get waiting(): boolean {
    return this.#waiting !== undefined
  }

  take(bytes: Buffer, total: number): void {
    if (this.#failure) throw this.#failure.cause
    if (this.#waiting) {
      this.#queue.push({ bytes: Buffer.from(bytes), total })
      return
    }
    const asked = this.#sink.piece(bytes, total)
    if (!asked) return
    this.#flow.pause()
    this.#waiting = this.#wait(asked)
  }

  async #wait(first: Promise<void>): Promise<void> {
    try {
      await first
      for (let next = this.#queue.shift(); next; next = this.#queue.shift())
        await this.#sink.piece(next.bytes, next.total)
    } catch (cause) {
      this.#failure = { cause }
    }
    this.#waiting = undefined
    // Also after a failure: the next piece, or the end, tells it.
    this.#flow.resume()
  }

  /** Resolves when the sink has taken all; throws what it threw. */
  async drained(): Promise<void> {
    await this.#waiting
    if (this.#failure) throw this.#failure.cause
  }
}
