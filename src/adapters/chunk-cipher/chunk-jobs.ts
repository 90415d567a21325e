// A worker thread and the chunks that it has in hand.
import { extname, join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { KeepError } from '../../core/error.ts'
import { changed } from './chunk.ts'
import type { Cut } from './cut.ts'

export interface Setup {
  readonly mode: 'seal' | 'open'
  readonly key: Uint8Array
  readonly nonce: Uint8Array
}
export interface Job extends Cut {
  readonly index: number
}
export interface Done {
  readonly index: number
  readonly result?: Uint8Array
  /** The memory of what was sealed or opened. */
  readonly spare?: Uint8Array
  /** What the chunk has that it should not. */
  readonly failure?: string
}

interface Waiting {
  resolve(result: Buffer): void
  reject(error: KeepError): void
}

const PROGRAM = join(import.meta.dirname, `chunk-worker${extname(import.meta.filename)}`)

const broken = (cause: unknown): KeepError =>
  new KeepError('bug', 'cipher.worker-failed', 'the thread that seals chunks ended early', {
    hint: 'Please report this with the command that was run.',
    cause,
  })

export class ChunkJobs {
  readonly #worker: Worker
  readonly #mode: Setup['mode']
  readonly #reuse: (bytes: Uint8Array) => void
  readonly #waiting = new Map<number, Waiting>()
  #broken: KeepError | undefined
  #next = 0

  constructor(setup: Setup, reuse: (bytes: Uint8Array) => void = () => undefined) {
    this.#reuse = reuse
    this.#mode = setup.mode
    // Nothing of this process' environment: the thread needs none of it.
    this.#worker = new Worker(PROGRAM, { workerData: setup, env: {} })
    this.#worker.on('message', (done: Done) => this.#done(done))
    this.#worker.on('error', (cause) => this.#fail(broken(cause)))
    this.#worker.on('exit', () => this.#fail(broken(undefined)))
  }

  /** Hands the bytes over. The results come in the order of the calls. */
  run({ bytes, last }: Cut): Promise<Buffer> {
    const index = this.#next
    this.#next += 1
    const result = new Promise<Buffer>((resolve, reject) => {
      if (this.#broken) return reject(this.#broken)
      this.#waiting.set(index, { resolve, reject })
      const job: Job = { index, last, bytes }
      this.#worker.postMessage(job, [bytes.buffer as ArrayBuffer])
    })
    // It may fail before anybody awaits it.
    result.catch(() => undefined)
    return result
  }

  async end(): Promise<void> {
    this.#broken ??= broken(undefined)
    await this.#worker.terminate()
  }

  #done({ index, result, spare, failure }: Done): void {
    if (spare) this.#reuse(spare)
    const waiting = this.#waiting.get(index)
    this.#waiting.delete(index)
    if (result) waiting?.resolve(Buffer.from(result.buffer, result.byteOffset, result.byteLength))
    else if (this.#mode === 'open') waiting?.reject(changed(failure ?? ''))
    else waiting?.reject(broken(new Error(failure)))
  }

  #fail(error: KeepError): void {
    this.#broken ??= error
    for (const waiting of this.#waiting.values()) waiting.reject(error)
    this.#waiting.clear()
  }
}
