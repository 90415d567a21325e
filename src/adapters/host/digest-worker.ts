// Runs in a thread of its own: the SHA-256 of an open file, while the main thread looks at its content.
import { createHash } from 'node:crypto'
import { readSync } from 'node:fs'
import { parentPort, workerData } from 'node:worker_threads'

/** Stays in a processor's second-level cache between reading and hashing. */
const PART = 256 * 1024

const { fd, length } = workerData as { readonly fd: number; readonly length: number }
const hash = createHash('sha256')
const part = Buffer.allocUnsafeSlow(PART)
let at = 0
while (at < length) {
  const read = readSync(fd, part, 0, Math.min(PART, length - at), at)
  if (read === 0) break
  hash.update(part.subarray(0, read))
  at += read
}
parentPort?.postMessage(hash.digest(), [])
