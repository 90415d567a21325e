import { messageOf } from '../../core/error.ts'
import type { EtcdConnector } from '../../ports/etcd.ts'

export interface BreakIn {
  readonly endpoint: string
  readonly key: string
  /** Whether a Secret's content came back in the clear; the content itself is never kept. */
  readonly read: boolean
  readonly detail: string
}

/** Asks a member for a Secret, as anybody on the network could: no certificate, no password. */
export async function breakIn(
  etcd: EtcdConnector,
  endpoint: string,
  key: string,
): Promise<BreakIn> {
  // An attacker does not mind whom he talks to: only the member's own refusal counts.
  const anyone = etcd.connect({ endpoints: [endpoint], tls: { rejectUnauthorized: false } })
  try {
    const { kvs } = await anyone.kv.range({ key: Buffer.from(key) }, { timeoutMs: 3_000 })
    const value = Buffer.from(kvs[0]?.value ?? [])
    const plain = value.subarray(0, 4).toString() === 'k8s\0' && value.includes('password')
    const detail = plain
      ? `${value.length} bytes in the clear, the field "password" among them`
      : `answered, ${value.length} bytes`
    return { endpoint, key, read: value.length > 0, detail }
  } catch (error) {
    return { endpoint, key, read: false, detail: messageOf(error) }
  } finally {
    anyone.close()
  }
}
