// Runs in a thread of its own: compresses and encrypts, or the reverse, while the main thread receives and hashes.
import { parentPort, workerData } from 'node:worker_threads'
import { messageOf } from '../../core/error.ts'
import { openChunk, sealChunk } from './chunk.ts'
import type { Done, Job, Setup } from './chunk-jobs.ts'

const { mode, key, nonce } = workerData as Setup
const work = mode === 'seal' ? sealChunk : openChunk

/** Bytes that own all of their memory, so that it can be handed over instead of copied. */
const owned = (bytes: Uint8Array): Uint8Array<ArrayBuffer> =>
  bytes.byteLength === bytes.buffer.byteLength && bytes.buffer instanceof ArrayBuffer
    ? (bytes as Uint8Array<ArrayBuffer>)
    : new Uint8Array(bytes)

parentPort?.on('message', ({ bytes, index, last }: Job) => {
  try {
    const result = owned(work(bytes, key, nonce, { index, last }))
    const { buffer } = bytes
    // The memory goes back to whoever filled it.
    const done: Done = { index, result, spare: new Uint8Array(buffer) }
    parentPort?.postMessage(done, [result.buffer, buffer as ArrayBuffer])
  } catch (thrown) {
    const done: Done = { index, failure: messageOf(thrown) }
    parentPort?.postMessage(done, [])
  }
})
