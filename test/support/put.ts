import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { grpcEtcd } from '../../src/adapters/etcd/connector.ts'
import { Secret } from '../../src/core/secret.ts'

/** Writes rows to the member on a port of loopback, as kube-apiserver would: with its client certificate. */
export const putterFor = (pki: string, port: number) => async (key: string, value: Uint8Array) => {
  const [ca, cert, keyPem] = await Promise.all(
    ['etcd-ca.crt', 'apiserver-etcd-client.crt', 'apiserver-etcd-client.key'].map((file) =>
      readFile(join(pki, file), 'utf8'),
    ),
  )
  const tls = { ...(ca && { ca }), ...(cert && { cert }), key: new Secret(keyPem ?? '') }
  const etcd = grpcEtcd().connect({ endpoints: [`https://127.0.0.1:${port}`], tls })
  try {
    await etcd.kv.put({ key: Buffer.from(key), value })
  } finally {
    etcd.close()
  }
}
