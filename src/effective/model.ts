import type { Layer } from '../core/finding.ts'

export type Program = 'etcd' | 'kube-apiserver'

/** Where the value of a setting comes from. */
export interface Origin {
  readonly layer: Layer
  /** Stable words: `manifest /etc/kubernetes/manifests/etcd.yaml`, `process etcd`, `default`. */
  readonly source: string
  readonly kind: 'flag' | 'environment' | 'config-file' | 'default'
}

export interface Setting {
  /** As the program reads it; booleans are `true` or `false` whatever the spelling. */
  readonly value: string
  readonly origin: Origin
}

/** Something in a launch that a reader would not expect, or that stops the program. */
export interface Problem {
  readonly code:
    | 'unknown-flag'
    | 'unknown-key'
    | 'unknown-environment'
    | 'repeated-flag'
    | 'conflict'
    | 'misplaced-flag'
    | 'bad-value'
    | 'stray-argument'
    | 'overridden'
    | 'scheme-ignores-tls'
    | 'unreadable'
  /** Whether the program would refuse to start. */
  readonly fatal: boolean
  /** The flag, variable or key, as its canonical flag name where it has one. */
  readonly setting: string
  readonly message: string
}

/** A directory or file that the program sees under another path than the host does. */
export interface Mount {
  readonly inside: string
  readonly onHost: string
}

/** One way in which a program is, or would be, started; resolved to what it really means. */
export interface Launch {
  readonly program: Program
  readonly layer: 'declared' | 'running'
  /** `manifest /etc/kubernetes/manifests/etcd.yaml`, `unit etcd.service`, `process etcd m1`. */
  readonly source: string
  /** The path of the manifest or unit; absent for a process. */
  readonly file?: string
  readonly pid?: number
  /** etcd's `--name`, or the API server's pod name. */
  readonly name: string
  /** Every setting that has a meaning for this program, by flag name without dashes, defaults included. */
  readonly settings: Readonly<Record<string, Setting>>
  readonly problems: readonly Problem[]
  /** Path of the configuration file that replaces all else, where there is one (as the program sees it). */
  readonly configFile?: string
  readonly mounts: readonly Mount[]
  /** The image of a static pod, or the program's path. */
  readonly image?: string
  /** The container's name in its manifest, to tell it from sidecars. */
  readonly container?: string
}

/** The text of a setting, or `undefined` where the launch says nothing and there is no default. */
export const setting = (launch: Launch, name: string): string | undefined => {
  const value = launch.settings[name]?.value
  return value === '' ? undefined : value
}

/** A boolean setting as the program reads it. */
export const enabled = (launch: Launch, name: string): boolean =>
  launch.settings[name]?.value === 'true'

/** A list of URLs as etcd reads it: split at commas, schemes in small letters as Go's URL parser has them. */
export const urls = (launch: Launch, name: string): readonly string[] =>
  (setting(launch, name) ?? '')
    .split(',')
    .map((url) => url.trim().replace(/^[a-z]+:/i, (scheme) => scheme.toLowerCase()))
    .filter((url) => url !== '')

/** Where on the host a path of the program lies. */
export function hostPath(launch: Pick<Launch, 'mounts'>, path: string): string {
  const within = (mount: Mount) =>
    path === mount.inside || path.startsWith(mount.inside.replace(/\/?$/, '/'))
  const [mount] = launch.mounts.filter(within).toSorted((a, b) => b.inside.length - a.inside.length)
  if (!mount) return path
  const rest = path.slice(mount.inside.length).replace(/^\/+/, '')
  return rest === '' ? mount.onHost : `${mount.onHost.replace(/\/$/, '')}/${rest}`
}
