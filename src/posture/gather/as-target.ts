import type { EtcdTarget } from '../../ports/etcd.ts'
import type { Credentials } from './options.ts'

/** TLS and login of a target by these credentials; a server is always verified. */
export const asTarget = (
  endpoints: readonly string[],
  credentials: Credentials | undefined,
): EtcdTarget => {
  const { ca, certificate, key, user } = credentials ?? {}
  return {
    endpoints,
    tls: {
      ...(ca !== undefined && { ca }),
      ...(certificate !== undefined && key && { cert: certificate, key }),
    },
    ...(user && { user }),
  }
}
