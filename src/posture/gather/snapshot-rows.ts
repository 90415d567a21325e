import type { Host } from '../../ports/host.ts'
import { cachedSource } from '../../snapshot/byte-source.ts'
import { readLiveRows } from '../../snapshot/live-rows.ts'
import { verifySnapshot } from '../../snapshot/verify-snapshot.ts'
import type { RowSource } from './keyspace.ts'

/** The rows that a snapshot file (or a copy of a member's database) holds at its last revision. */
export const snapshotRows = (host: Host, path: string): RowSource => ({
  name: `snapshot ${path}`,
  access: `a snapshot file at ${path} that this user may read`,
  async read(visit, signal) {
    const { size } = await host.stat(path)
    const source = cachedSource(size, (offset, length) => host.readAt(path, offset, length))
    await verifySnapshot(source, signal)
    return readLiveRows(source, visit, signal)
  },
})
