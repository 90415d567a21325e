import { resolve } from 'node:path'
import { Meter } from '../../../backup/meter.ts'
import { snapshotInspection } from '../../../report/snapshot-inspection.ts'
import { snapshotInspectionText } from '../../../report/snapshot-inspection-text.ts'
import { inspectSnapshot } from '../../../snapshot/inspect-snapshot.ts'
import { readThrough } from '../../../snapshot/read-through.ts'
import { defineCommand } from '../../command.ts'
import { namingSnapshot, withFile } from '../../snapshot-file.ts'

export default defineCommand({
  summary: 'What a snapshot file holds, and whether it is sound: no etcd needed',
  description:
    'Checks the SHA-256 at the end, the length and every page in use, none of which etcdutl snapshot status looks at, and says what is in it: revision, keys by prefix, leases, alarms, members, users (never a password hash), the Kubernetes encryption keys that are needed to read it. Reads a snapshot, with or without its SHA-256, or a copy of member/snap/db; exit status 5 where it is not sound.',
  examples: [
    { run: 'snapshot inspect backup.db', what: 'all of it' },
    { run: 'snapshot inspect backup.db --no-checksum', what: 'pages and content alone: faster' },
    {
      run: 'snapshot inspect backup.db --hash-kv -o json',
      what: 'to compare with HashKV of a member (etcdctl endpoint hashkv)',
    },
  ],
  flags: {
    'no-checksum': { type: 'boolean', help: 'do not compute the SHA-256' },
    'hash-kv': { type: 'boolean', help: 'compute HashKV at the last revision' },
  },
  positionals: [{ name: 'FILE', help: 'name a snapshot file', required: true }],
  async run({ flags, positionals: [given = ''] }, { ports, progress, signal }) {
    const path = resolve(given)
    const hash = flags['hash-kv']
    const inspected = await withFile(path, ports.host(), (file) => {
      const meter = new Meter(progress, 'reading')
      return namingSnapshot(path, () =>
        inspectSnapshot(
          { size: file.size, pieces: readThrough(file, file.size, signal) },
          {
            sha256: !flags['no-checksum'] && ((length) => file.sha256(length)),
            hash,
            onBytes: (bytes, total) => meter.add(bytes, total),
          },
        ),
      )
    })
    return snapshotInspection(path, inspected, hash)
  },
  text: (result, terminal) => snapshotInspectionText(result, terminal),
})
