import type { Etcd } from '../../src/ports/etcd.ts'

/** A member's snapshot as it comes, with the SHA-256 behind it. */
export async function saveSnapshot(etcd: Etcd, endpoint: string): Promise<Buffer> {
  const blobs: Uint8Array[] = []
  for await (const { blob } of etcd.maintenance.snapshot(endpoint)) blobs.push(blob)
  return Buffer.concat(blobs)
}
