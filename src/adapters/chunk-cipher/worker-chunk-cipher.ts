import type { ChunkCipher, SealOptions } from '../../ports/chunk-cipher.ts'
import { chunkKey } from './chunk.ts'
import { ChunkJobs, type Setup } from './chunk-jobs.ts'
import { cutPlain, cutSealed, type Cut } from './cut.ts'

/** Chunks in the worker's hands; more gain nothing and cost 2 MiB each. */
const IN_FLIGHT = 3

async function* inOrder(
  cuts: AsyncIterable<Cut>,
  { dataKey, nonce, reuse }: SealOptions,
  mode: Setup['mode'],
): AsyncGenerator<Buffer> {
  const jobs = new ChunkJobs({ mode, key: chunkKey(dataKey.reveal(), nonce), nonce }, reuse)
  try {
    const running: Promise<Buffer>[] = []
    for await (const cut of cuts) {
      running.push(jobs.run(cut))
      const first = running.length < IN_FLIGHT ? undefined : running.shift()
      if (first) yield await first
    }
    for (const one of running) yield await one
  } finally {
    await jobs.end()
  }
}

/** zstd level 1 and AES-256-GCM in one worker thread. */
export const workerChunkCipher = (): ChunkCipher => ({
  seal: (plain, options) => inOrder(cutPlain(plain), options, 'seal'),
  open: (sealed, options) => inOrder(cutSealed(sealed), options, 'open'),
})
