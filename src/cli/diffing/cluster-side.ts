// The living cluster as one side of a comparison.
import { KeepError } from '../../core/error.ts'
import type { Etcd, EtcdTarget } from '../../ports/etcd.ts'
import type { Ports } from '../../ports/ports.ts'
import { type AuthRecord, type AuthRecords, permissionText } from '../../snapshot/auth-records.ts'
import type { ReadRows } from '../../snapshot/diff/compare-rows.ts'

export interface ClusterSide {
  readonly rows: ReadRows
  /** Undefined where the credentials do not suffice to list users. */
  auth(signal: AbortSignal): Promise<AuthRecords | undefined>
}

async function recordsOf(etcd: Etcd, signal: AbortSignal): Promise<AuthRecords> {
  const users = new Map<string, AuthRecord>()
  const roles = new Map<string, AuthRecord>()
  for (const name of await etcd.auth.userList({ signal }))
    users.set(name, { grants: (await etcd.auth.userGet(name, { signal })).toSorted() })
  for (const name of await etcd.auth.roleList({ signal })) {
    const permissions = await etcd.auth.roleGet(name, { signal })
    const grants = permissions.map((one) => permissionText(one.type, one.key, one.rangeEnd))
    roles.set(name, { grants: grants.toSorted() })
  }
  const enabled = await isEnabled(etcd, signal)
  return { ...(enabled !== undefined && { enabled }), users, roles }
}

async function isEnabled(etcd: Etcd, signal: AbortSignal): Promise<boolean | undefined> {
  try {
    return (await etcd.auth.status({ signal })).enabled
  } catch (thrown) {
    if (thrown instanceof KeepError && thrown.code === 'etcd.unknown-method') return undefined
    throw thrown
  }
}

export function clusterSide(ports: Ports, target: EtcdTarget): ClusterSide {
  return {
    rows: (visit, signal) =>
      ports.scanner.scan(
        { target },
        ({ bytes, keyStart, keyEnd, valueStart, valueEnd }) =>
          visit(bytes.subarray(keyStart, keyEnd), bytes.subarray(valueStart, valueEnd)),
        signal,
      ),
    async auth(signal) {
      const etcd = ports.etcd.connect(target)
      try {
        return await recordsOf(etcd, signal)
      } catch (thrown) {
        if (thrown instanceof KeepError && thrown.kind === 'denied') return undefined
        throw thrown
      } finally {
        etcd.close()
      }
    },
  }
}
