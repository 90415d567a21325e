// What can be drilled: a snapshot of a repository, or a file.
import type { DrillSource } from '../../backup/drill/model.ts'
import { compareContents } from '../../backup/verify-snapshot.ts'
import type { OpenFile } from '../../ports/host.ts'
import { type Opening, openSnapshot } from '../../repository/open-snapshot.ts'
import type { Snapshot } from '../../repository/snapshot-state.ts'
import { readThrough } from '../../snapshot/read-through.ts'

export function repositorySource(opening: Opening, snapshot: Snapshot): DrillSource {
  const { sequence, manifest } = snapshot
  const { plain, hashKv, source } = manifest
  return {
    name: `snapshot ${sequence}`,
    size: plain.length + plain.sha256.length / 2,
    async *pieces(signal) {
      yield* openSnapshot(opening, snapshot, { signal })
      yield Buffer.from(plain.sha256, 'hex')
    },
    hashed: true,
    hashKv,
    etcd: source.etcd,
    judge: (found) => compareContents(snapshot, found).map(({ message }) => message),
  }
}

export const fileSource = (path: string, file: OpenFile): DrillSource => ({
  name: path,
  size: file.size,
  pieces: (signal) => readThrough(file, file.size, signal),
  hashed: false,
  judge: () => [],
})
