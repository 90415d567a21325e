// One set-up of the corpus: ports, files and real etcds in a directory of its own.
import { chmod, copyFile, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { stringify } from 'yaml'

export type Door = 'client' | 'peer' | 'metrics' | 'extra'

export interface Ground {
  readonly directory: string
  readonly ports: Readonly<Record<Door, number>>
  /** `--initial-cluster` of a member that has others beside it. */
  readonly cluster?: string
  path(name: string): string
  pki(name: string): string
  http(door: Door): string
  https(door: Door): string
  clientSecurity(): Record<string, unknown>
  /** A configuration file as secure as the baseline, with changes to its top-level keys. */
  secureConfig(changes: Record<string, unknown>): Record<string, unknown>
  /** The same without any TLS on the client side. */
  openConfig(): Record<string, unknown>
  chmod(path: string, mode: number): Promise<void>
  copy(from: string, to: string): Promise<void>
  /** Writes a file of the ground as YAML, 0600. */
  file(name: string, content: object): Promise<void>
  /** Lays a static pod manifest of the member, with changed flags. */
  manifest(
    file: string,
    member: string,
    changes?: Readonly<Record<string, string | null>>,
    shape?: { readonly sidecar?: readonly string[]; readonly shell?: boolean },
  ): Promise<void>
  /** Lays a static pod with one container called etcd, with these parts. */
  podOf(file: string, container: object): Promise<void>
  apiserverManifest(
    changes: Readonly<Record<string, string | null>>,
    shape?: { readonly underscores?: boolean },
  ): Promise<void>
  /** Lays an EncryptionConfiguration and an API server manifest that names it. */
  encryption(resources: readonly object[], mode?: number): Promise<void>
  /** Writes rows under /registry/secrets/ that begin with the given envelope prefix. */
  rows(prefix: string, count: number): Promise<void>
}

/** Flags of a member of the secure baseline. */
export const baseline = (ground: Ground, name: string): Record<string, string> => ({
  name,
  'data-dir': ground.path(`${name}.etcd`),
  'listen-client-urls': ground.https('client'),
  'advertise-client-urls': ground.https('client'),
  'listen-peer-urls': ground.https('peer'),
  'initial-advertise-peer-urls': ground.https('peer'),
  'initial-cluster': ground.cluster ?? `${name}=${ground.https('peer')}`,
  'listen-metrics-urls': ground.http('metrics'),
  'cert-file': ground.pki('server.crt'),
  'key-file': ground.pki('server.key'),
  'client-cert-auth': 'true',
  'trusted-ca-file': ground.pki('etcd-ca.crt'),
  'peer-cert-file': ground.pki('peer.crt'),
  'peer-key-file': ground.pki('peer.key'),
  'peer-client-cert-auth': 'true',
  'peer-trusted-ca-file': ground.pki('peer-ca.crt'),
})

const APISERVER = (ground: Ground): Record<string, string> => ({
  'advertise-address': '127.0.0.1',
  'anonymous-auth': 'false',
  'authorization-mode': 'Node,RBAC',
  'client-ca-file': ground.pki('cluster-ca.crt'),
  'etcd-cafile': ground.pki('etcd-ca.crt'),
  'etcd-certfile': ground.pki('apiserver-etcd-client.crt'),
  'etcd-keyfile': ground.pki('apiserver-etcd-client.key'),
  'etcd-servers': ground.https('client'),
  'secure-port': '6443',
})

export const merged = (
  base: Record<string, string>,
  changes: Readonly<Record<string, string | null>> = {},
): Record<string, string> =>
  Object.fromEntries(
    Object.entries({ ...base, ...changes }).filter(
      (entry): entry is [string, string] => entry[1] !== null,
    ),
  )

export const argvOf = (flags: Record<string, string>): string[] =>
  Object.entries(flags).map(([name, value]) => `--${name}=${value}`)

const pod = (name: string, containers: readonly object[]) =>
  stringify({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'kube-system' },
    spec: { containers },
  })

/** `_` for `-`, and the value in the next argument; a boolean takes none there. */
const underscored = (flags: Record<string, string>): string[] =>
  Object.entries(flags).flatMap(([name, value]) => {
    const spelled = `--${name.replaceAll('-', '_')}`
    return value === 'true' || value === 'false' ? [`${spelled}=${value}`] : [spelled, value]
  })

/** The ground of one case below `directory`, with the PKI of the whole run at `pki`. */
export function layGround(options: {
  readonly directory: string
  readonly pki: string
  readonly ports: Readonly<Record<Door, number>>
  readonly put: (key: string, value: Uint8Array) => Promise<void>
  readonly cluster?: string
}): Ground {
  const { directory, pki, ports, put } = options
  const path = (name: string) => join(directory, name)
  const manifests = path('manifests')
  const lay = async (file: string, text: string) => {
    await mkdir(manifests, { recursive: true, mode: 0o755 })
    await writeFile(join(manifests, file), text, { mode: 0o600 })
  }
  const ground: Ground = {
    directory,
    ports,
    ...(options.cluster !== undefined && { cluster: options.cluster }),
    path,
    pki: (name) => join(pki, name),
    http: (door) => `http://127.0.0.1:${ports[door]}`,
    https: (door) => `https://127.0.0.1:${ports[door]}`,
    clientSecurity: () => ({
      'cert-file': ground.pki('server.crt'),
      'key-file': ground.pki('server.key'),
      'client-cert-auth': true,
      'trusted-ca-file': ground.pki('etcd-ca.crt'),
    }),
    secureConfig: (changes) => ({ ...configOf(ground), ...changes }),
    openConfig: () => {
      const { 'client-transport-security': _, ...rest } = configOf(ground)
      return {
        ...rest,
        'listen-client-urls': ground.http('client'),
        'advertise-client-urls': ground.http('client'),
      }
    },
    chmod: (file, mode) => chmod(file, mode),
    copy: (from, to) => copyFile(from, to),
    file: (name, content) => writeFile(path(name), stringify(content), { mode: 0o600 }),
    async manifest(file, member, changes = {}, shape = {}) {
      const argv = argvOf(merged(baseline(ground, member), changes))
      const command = shape.shell
        ? ['/bin/sh', '-ec', `exec etcd ${argv.join(' ')}`]
        : ['etcd', ...argv]
      const sidecar = shape.sidecar
        ? [{ name: 'sidecar', image: 'example.org/backup:1', command: shape.sidecar }]
        : []
      await lay(
        file,
        pod('etcd', [
          ...sidecar,
          { name: 'etcd', image: 'registry.k8s.io/etcd:3.5.30-0', command },
        ]),
      )
    },
    podOf: (file, container) =>
      lay(
        file,
        pod('etcd', [{ name: 'etcd', image: 'registry.k8s.io/etcd:3.5.30-0', ...container }]),
      ),
    async apiserverManifest(changes, shape = {}) {
      const flags = merged(APISERVER(ground), changes)
      const argv = shape.underscores ? underscored(flags) : argvOf(flags)
      const image = 'registry.k8s.io/kube-apiserver:v1.33.1'
      await lay(
        'kube-apiserver.yaml',
        pod('kube-apiserver', [
          { name: 'kube-apiserver', image, command: ['kube-apiserver', ...argv] },
        ]),
      )
    },
    async encryption(resources, mode = 0o600) {
      const file = path('encryption.yaml')
      const text = stringify({
        apiVersion: 'apiserver.config.k8s.io/v1',
        kind: 'EncryptionConfiguration',
        resources,
      })
      await writeFile(file, text, { mode: 0o600 })
      await chmod(file, mode)
      await ground.apiserverManifest({ 'encryption-provider-config': file })
    },
    async rows(prefix, count) {
      const head =
        prefix === 'plaintext'
          ? Buffer.from('k8s\0\n\f\n\x02v1\x12\x06Secret')
          : Buffer.from(prefix)
      const mark = prefix.replaceAll(/\W/g, '')
      for (let row = 0; row < count; row += 1)
        await put(
          `/registry/secrets/default/${mark}-${row}`,
          Buffer.concat([head, Buffer.alloc(80, row + 1)]),
        )
    },
  }
  return ground
}

function configOf(ground: Ground): Record<string, unknown> {
  const flags = baseline(ground, 'm1')
  const security =
    /^(cert-file|key-file|client-cert-auth|trusted-ca-file|peer-(cert|key|client|trusted).*)$/
  return {
    ...Object.fromEntries(Object.entries(flags).filter(([name]) => !security.test(name))),
    'client-transport-security': ground.clientSecurity(),
    'peer-transport-security': {
      'cert-file': flags['peer-cert-file'],
      'key-file': flags['peer-key-file'],
      'client-cert-auth': true,
      'trusted-ca-file': flags['peer-trusted-ca-file'],
    },
  }
}
