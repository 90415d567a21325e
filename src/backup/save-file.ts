// A snapshot into a file as `etcdctl snapshot save` makes it, but verified: the database and its SHA-256 behind it.
import type { DraftFile, FileDraft } from '../ports/file-draft.ts'
import type { SnapshotStreamed } from '../ports/snapshot-stream.ts'
import type { Receiver, Taken, TakeOptions, TakingPorts } from './attempt.ts'
import { takeSnapshot } from './take-snapshot.ts'

/** Blocks on their way to the disk; more gain nothing. */
const IN_FLIGHT = 8

class FileReceiver implements Receiver {
  readonly #draft: FileDraft
  readonly #writing: Promise<void>[] = []

  constructor(draft: FileDraft) {
    this.#draft = draft
  }

  block(bytes: Uint8Array, reuse: (bytes: Uint8Array) => void): void | Promise<void> {
    const writing = this.#draft.write(bytes).then(() => reuse(bytes))
    // Awaited later; until then a failure is nobody's.
    writing.catch(() => undefined)
    this.#writing.push(writing)
    if (this.#writing.length > IN_FLIGHT) return this.#writing.shift()
  }

  async end({ sha256 }: SnapshotStreamed): Promise<void> {
    await Promise.all([...this.#writing, this.#draft.write(sha256)])
    // While the content is compared with the member; a failure comes again with the commit.
    this.#draft.sync().catch(() => undefined)
  }

  commit(): Promise<void> {
    return this.#draft.commit()
  }

  async abandon(): Promise<void> {
    await Promise.allSettled(this.#writing)
    await this.#draft.discard().catch(() => undefined)
  }
}

export interface SaveFilePorts extends TakingPorts {
  readonly draftFile: DraftFile
}

/** Under its name only when all of it is known to be good and on disk. Mode 0600. */
export async function saveFile(
  ports: SaveFilePorts,
  path: string,
  options: TakeOptions,
): Promise<Taken<Receiver>> {
  const open = async () => new FileReceiver(await ports.draftFile(path, { mode: 0o600 }))
  const taken = await takeSnapshot(ports, options, open)
  try {
    options.signal.throwIfAborted()
    options.progress.step(`writing ${path} to disk`)
    await taken.receiver.commit()
  } catch (thrown) {
    await taken.receiver.abandon()
    throw thrown
  }
  return taken
}
