import type { EtcdTarget } from '../../ports/etcd.ts'
import type { KeyspaceScanner } from '../../ports/keyspace-scanner.ts'
import { HEAD_BYTES } from '../../encryption/rules/stored-row.ts'
import { CLIENT_ACCESS, type RowSource } from './keyspace.ts'

/** The rows that a cluster holds now, read from one of its members; only the head of a value is handed on. */
export const memberRows = (
  scanner: KeyspaceScanner,
  target: EtcdTarget,
  name: string,
): RowSource => ({
  name,
  access: CLIENT_ACCESS,
  read: (visit, signal) =>
    scanner.scan(
      { target },
      ({ bytes, keyStart, keyEnd, valueStart, valueEnd }) =>
        visit(
          bytes.subarray(keyStart, keyEnd),
          bytes.subarray(valueStart, Math.min(valueEnd, valueStart + HEAD_BYTES)),
        ),
      signal,
    ),
})
