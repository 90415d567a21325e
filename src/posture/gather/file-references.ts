// Which files a launch refers to, as paths on the host.
import { posix } from 'node:path'
import { hostPath, setting, type Launch, type Program } from '../../effective/model.ts'
import type { FileRole } from '../facts/files.ts'

export interface FileReference {
  readonly path: string
  readonly role: FileRole
  /** Stable words: `m1 --key-file`. */
  readonly by: string
  readonly launch: Launch
}

type Roles = Readonly<Partial<Record<FileRole, string>>>

const FLAGS: Readonly<Record<Program, Roles>> = {
  etcd: {
    'private-key': 'key-file peer-key-file client-key-file',
    certificate: 'cert-file peer-cert-file client-cert-file',
    'ca-certificate': 'trusted-ca-file peer-trusted-ca-file',
    crl: 'client-crl-file peer-crl-file',
    config: 'config-file',
  },
  'kube-apiserver': {
    'private-key':
      'etcd-keyfile tls-private-key-file kubelet-client-key proxy-client-key-file service-account-signing-key-file',
    certificate:
      'etcd-certfile tls-cert-file kubelet-client-certificate proxy-client-cert-file service-account-key-file',
    'ca-certificate':
      'etcd-cafile client-ca-file kubelet-certificate-authority requestheader-client-ca-file oidc-ca-file',
    'encryption-config': 'encryption-provider-config experimental-encryption-provider-config',
    config:
      'token-auth-file authentication-config authorization-config admission-control-config-file audit-policy-file egress-selector-config-file',
    kubeconfig:
      'authentication-token-webhook-config-file authorization-webhook-config-file audit-webhook-config-file',
  },
}

type Named = readonly [role: FileRole, flag: string, path: string]

/** `--auth-token=jwt,priv-key=…,pub-key=…,sign-method=…` names files too. */
function tokenFiles(launch: Launch): readonly Named[] {
  const options = (setting(launch, 'auth-token') ?? '').split(',').map((part) => part.split('='))
  const file = (option: string, role: FileRole): Named[] => {
    const path = options.find(([name]) => name === option)?.[1]
    return path ? [[role, 'auth-token', path]] : []
  }
  return [...file('priv-key', 'private-key'), ...file('pub-key', 'certificate')]
}

function flagFiles(launch: Launch): readonly Named[] {
  const roles = Object.entries(FLAGS[launch.program]) as [FileRole, string][]
  return roles.flatMap(([role, flags]) =>
    flags.split(' ').flatMap((flag): Named[] => {
      const path = setting(launch, flag)
      return path === undefined ? [] : [[role, flag, path]]
    }),
  )
}

/** Where a path of the launch lies on the host; relative ones count from its working directory. */
export const pathOnHost = (launch: Launch, path: string, workingDirectory = '/'): string =>
  hostPath(launch, posix.resolve(workingDirectory, path))

/** Files that the launch names, its own manifest or unit among them; directories are not here. */
export function fileReferences(launch: Launch, workingDirectory?: string): FileReference[] {
  const named = [...flagFiles(launch), ...tokenFiles(launch)].map(([role, flag, path]) => ({
    path: pathOnHost(launch, path, workingDirectory),
    role,
    by: `${launch.name} --${flag}`,
    launch,
  }))
  const config = launch.configFile
  if (config !== undefined)
    named.push({
      path: pathOnHost(launch, config, workingDirectory),
      role: 'config',
      by: `${launch.name} configuration file`,
      launch,
    })
  if (launch.file !== undefined) {
    const role = launch.source.startsWith('manifest ') ? 'manifest' : 'config'
    named.push({ path: launch.file, role, by: launch.source, launch })
  }
  return named
}
