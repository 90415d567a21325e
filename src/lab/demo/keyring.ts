import { KeepError } from '../../core/error.ts'
import { Secret } from '../../core/secret.ts'
import type { Access } from '../../harden/model.ts'
import type { EtcdTls } from '../../ports/etcd.ts'
import type { Host } from '../../ports/host.ts'
import type { Credentials } from '../../posture/gather/options.ts'

/** A client's certificate, key and CAs, as far as their files are there by now. */
export type Keyring = Required<Pick<Credentials, 'ca' | 'certificate' | 'key' | 'source'>>

/** The first of the keyrings whose files can be read. */
export async function present(host: Host, all: readonly Access[]): Promise<Keyring> {
  const read = async (path: string) => Buffer.from(await host.read(path)).toString()
  for (const { cas, certificate, key } of all)
    try {
      return {
        ca: (await Promise.all(cas.map(read))).join(''),
        certificate: await read(certificate),
        key: new Secret(await read(key)),
        source: `--cert ${certificate}`,
      }
    } catch {
      // Not made yet, or not needed.
    }
  throw new KeepError('not-found', 'demo.no-client', 'there is no client certificate to go in with')
}

export const tlsOf = ({ ca, certificate, key }: Keyring): EtcdTls => ({
  ca,
  cert: certificate,
  key,
})
