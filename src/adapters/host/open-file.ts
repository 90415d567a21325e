import { extname } from 'node:path'
import { constants, open } from 'node:fs/promises'
import { Worker } from 'node:worker_threads'
import { KeepError } from '../../core/error.ts'
import type { OpenFile } from '../../ports/host.ts'
import { attempt } from './errors.ts'

export const notAFile = (path: string): KeepError =>
  new KeepError('unavailable', 'host.not-a-file', `${path} is not a regular file`, {
    hint: 'name a regular file',
  })

const WORKER = new URL(`./digest-worker${extname(import.meta.url)}`, import.meta.url)

/** Opens a regular file; never blocks on a pipe or device. */
export async function openFile(physical: string, path: string): Promise<OpenFile> {
  const file = await open(physical, constants.O_RDONLY | constants.O_NONBLOCK)
  const status = await file.stat()
  if (!status.isFile()) {
    await file.close()
    throw notAFile(path)
  }
  const workers = new Set<Worker>()
  return {
    size: status.size,
    read: (into, offset) =>
      attempt(path, async () => {
        for (let done = 0; ;) {
          const { bytesRead } = await file.read(into, done, into.length - done, offset + done)
          done += bytesRead
          if (bytesRead === 0 || done === into.length) return done
        }
      }),
    sha256: (length) =>
      attempt(
        path,
        () =>
          new Promise<Buffer>((resolve, reject) => {
            // Nothing of this process's environment or arguments concerns it.
            const worker = new Worker(WORKER, {
              workerData: { fd: file.fd, length },
              env: {},
              argv: [],
            })
            workers.add(worker)
            worker.once('message', (digest: Uint8Array) => resolve(Buffer.from(digest)))
            worker.once('error', reject)
            worker.once('exit', () => reject(new Error('the thread ended before its work')))
          }),
      ),
    async close() {
      // A thread must not go on with a descriptor that may be another file's by then.
      await Promise.all(Array.from(workers, (worker) => worker.terminate()))
      await file.close()
    },
  }
}
