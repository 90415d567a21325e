import { parse } from 'yaml'
import { z } from 'zod'
import { refuseNoYaml } from '../../core/foreign-yaml.ts'
import { Secret } from '../../core/secret.ts'
import type { Host } from '../../ports/host.ts'
import type { NamedCredential } from './named-credential.ts'

const PATHS = ['scheduler', 'controller-manager', 'admin', 'super-admin'].map(
  (name) => `/etc/kubernetes/${name}.conf`,
)

const KUBECONFIG = z.object({
  users: z.array(
    z.object({
      user: z.object({
        'client-certificate-data': z.base64(),
        'client-key-data': z.base64(),
      }),
    }),
  ),
})

const decoded = (base64: string) => Buffer.from(base64, 'base64').toString('utf8')

/** Client certificates that stand inside the control plane's kubeconfig files: all are of the cluster CA. */
export async function kubeconfigIdentities(host: Host): Promise<readonly NamedCredential[]> {
  for (const path of PATHS) {
    try {
      const text = Buffer.from(await host.read(path)).toString('utf8')
      refuseNoYaml(text)
      const content: unknown = parse(text, { uniqueKeys: false })
      const [first] = KUBECONFIG.parse(content).users
      if (!first) continue
      return [
        {
          certificate: decoded(first.user['client-certificate-data']),
          key: new Secret(decoded(first.user['client-key-data'])),
          source: path,
        },
      ]
    } catch {
      // Not there, not readable or without an embedded certificate: the next may have one.
      continue
    }
  }
  return []
}
