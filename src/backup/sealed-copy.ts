// The bytes of one attempt on their way into stores: sealed in one pass, spooled, sent to all stores at a time.
import { createHash } from 'node:crypto'
import { KeepError } from '../core/error.ts'
import type { ChunkCipher } from '../ports/chunk-cipher.ts'
import type { ObjectStore, PutOptions } from '../ports/object-store.ts'
import type { Spool } from '../ports/spool.ts'
import type { Draft } from '../repository/draft.ts'
import type { Manifest } from '../repository/model.ts'
import type { Receiver } from './attempt.ts'
import { Channel } from './channel.ts'

/** Blocks that wait for the cipher; it has as many in hand again. */
const WAITING = 2

export interface CopyPorts {
  readonly cipher: ChunkCipher
  readonly spool: Spool
  /** The first is the one that counts. */
  readonly stores: readonly ObjectStore[]
  readonly put: PutOptions
}

export type SealedData = Omit<Manifest['data'], 'object'>

/** What became of the bytes in one store. */
export type Sent =
  | { readonly store: ObjectStore }
  | { readonly store: ObjectStore; readonly error: KeepError }

export const asKept = (thrown: unknown): KeepError =>
  thrown instanceof KeepError
    ? thrown
    : new KeepError('bug', 'snapshot.failed', 'the save failed', { cause: thrown })

/**
 * The object ends in the stores while its content is still compared with the member: it is nobody's until a manifest
 * names it. The first store's failure ends the attempt; another's is told.
 */
export class SealedCopy implements Receiver {
  readonly #ports: CopyPorts
  readonly draft: Draft
  readonly #blocks = new Channel<Uint8Array>(WAITING)
  readonly #hash = createHash('sha256')
  readonly #chunks: number[] = []
  #length = 0
  #reuse: (bytes: Uint8Array) => void = () => undefined
  readonly #sealing: Promise<void>
  readonly #sending: readonly Promise<Sent>[]

  constructor(ports: CopyPorts, draft: Draft) {
    this.#ports = ports
    this.draft = draft
    this.#sealing = this.#seal()
    // A failure reaches whoever pushes the next block.
    this.#sealing.catch((thrown: unknown) => this.#fail(asKept(thrown)))
    this.#sending = ports.stores.map((store, index) => this.#send(store, index))
  }

  block(bytes: Uint8Array, reuse: (bytes: Uint8Array) => void): void | Promise<void> {
    this.#reuse = reuse
    return this.#blocks.push(bytes)
  }

  async end(): Promise<void> {
    this.#blocks.end()
    await this.#sealing
    this.#ports.spool.end()
  }

  /** The object is whole in every store of which no error is told, with the length that was sent. */
  async commit(): Promise<{ readonly data: SealedData; readonly sent: readonly Sent[] }> {
    const sent = await Promise.all(this.#sending.map(async (one) => this.#compared(await one)))
    await this.#ports.spool.close()
    const [first] = sent
    if (first && 'error' in first) throw first.error
    const data = { length: this.#length, sha256: this.#hash.digest('hex'), chunks: this.#chunks }
    return { data, sent }
  }

  /** Where this machine may not remove, an object stays that no manifest names: prune finds it. */
  async abandon(why: KeepError): Promise<void> {
    const { spool, stores } = this.#ports
    this.#fail(why)
    await Promise.allSettled([this.#sealing, ...this.#sending])
    await spool.close().catch(() => undefined)
    for (const store of stores) await store.remove(this.draft.dataObject).catch(() => undefined)
  }

  #fail(why: KeepError): void {
    this.#blocks.fail(why)
    this.#ports.spool.fail(why)
  }

  async #seal(): Promise<void> {
    const { cipher, spool } = this.#ports
    const { dataKey, nonce } = this.draft
    for await (const chunk of cipher.seal(this.#blocks, {
      dataKey,
      nonce,
      reuse: (bytes) => this.#reuse(bytes),
    })) {
      this.#hash.update(chunk)
      this.#chunks.push(chunk.length)
      this.#length += chunk.length
      await spool.add(chunk)
    }
  }

  async #send(store: ObjectStore, index: number): Promise<Sent> {
    const { spool, put } = this.#ports
    try {
      await store.put(this.draft.dataObject, spool.read(), put)
      return { store }
    } catch (thrown) {
      const error = asKept(thrown)
      if (index === 0) this.#fail(error)
      return { store, error }
    }
  }

  async #compared(sent: Sent): Promise<Sent> {
    if ('error' in sent) return sent
    const { store } = sent
    const { dataObject } = this.draft
    try {
      const { size } = await store.stat(dataObject, this.#ports.put.signal)
      if (size === this.#length) return sent
      const message = `${store.name}: ${dataObject} has ${size} bytes, but ${this.#length} were sent`
      const hint = 'check the store: it does not keep what it is given'
      return { store, error: new KeepError('corrupt', 'store.other-length', message, { hint }) }
    } catch (thrown) {
      return { store, error: asKept(thrown) }
    }
  }
}
