// Fills an etcd with rows as Kubernetes would leave them.
import { randomBytes } from 'node:crypto'
import type { Etcd } from '../src/ports/etcd.ts'

const RESOURCES = [
  'configmaps',
  'events',
  'leases',
  'pods',
  'replicasets',
  'secrets',
  'serviceaccounts',
] as const
const BATCH = 100
const WRITERS = 8
const PREFIX = Buffer.from('k8s:enc:secretbox:v1:key1:')

/** `count` rows of 1 to 2 KiB. */
export async function fillKeyspace(etcd: Etcd, count: number): Promise<void> {
  const pool = randomBytes(1024 * 1024)
  const row = (index: number) => {
    const resource = RESOURCES[index % RESOURCES.length]
    const size = 1024 + ((index * 7919) % 1024) - PREFIX.length
    const from = (index * 104_729) % (pool.length - 2048)
    const key = Buffer.from(
      `/registry/${resource}/ns-${index % 50}/name-${String(index).padStart(7, '0')}`,
    )
    return { put: { key, value: Buffer.concat([PREFIX, pool.subarray(from, from + size)]) } }
  }
  let next = 0
  const writer = async () => {
    while (next < count) {
      const from = next
      next += BATCH
      const success = Array.from({ length: Math.min(BATCH, count - from) }, (_, i) => row(from + i))
      await etcd.kv.txn({ success }, { timeoutMs: 60_000 })
    }
  }
  await Promise.all(Array.from({ length: WRITERS }, writer))
}
