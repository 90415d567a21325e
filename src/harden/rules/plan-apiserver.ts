// Moves a kube-apiserver to the closed client doors. Pure.
import { dirname } from 'node:path'
import { hostPath, setting, urls, type Launch } from '../../effective/model.ts'
import { editManifest, manifestArgv } from '../edit-manifest.ts'
import type { CertificateStep, ManifestStep } from '../model.ts'
import { pair, type Pair } from './material.ts'
import { closed } from './member-flags.ts'
import type { Manifest } from './plan-member.ts'

export interface ApiserverTask {
  readonly launch: Launch
  readonly path: string
  readonly manifest: Manifest
  readonly runs: boolean
  /** Client URLs that will be https. */
  readonly moved: ReadonlySet<string>
  readonly ca: Pair
  /** Whether the client door moves to the new CA. */
  readonly newCa: boolean
}

const same = (url: string): string => url.replace('//localhost:', '//127.0.0.1:').replace(/\/$/, '')

/** Throws `config` for a manifest that cannot be edited safely. */
export function planApiserver(
  task: ApiserverTask,
):
  | { readonly certificates: readonly CertificateStep[]; readonly manifest: ManifestStep }
  | undefined {
  const { launch } = task
  const servers = urls(launch, 'etcd-servers')
  if (!servers.some((url) => task.moved.has(same(url)))) return undefined
  const wanted = servers.map((url) => (task.moved.has(same(url)) ? closed(url) : url)).join(',')
  const known =
    setting(launch, 'etcd-certfile') ?? setting(launch, 'etcd-cafile') ?? '/etc/kubernetes/pki/x'
  const inside = dirname(known)
  const leaf = pair(inside, 'apiserver-etcd')
  const trust = `${inside}/apiserver-etcd-ca.crt`
  const after = editManifest(task.manifest.text, {
    program: 'kube-apiserver',
    flags: {
      'etcd-servers': wanted,
      ...(task.newCa && {
        'etcd-cafile': trust,
        'etcd-certfile': leaf.certificate,
        'etcd-keyfile': leaf.key,
      }),
    },
  })
  const certificate: CertificateStep = {
    kind: 'certificate',
    title: `issue the etcd client certificate of ${launch.name}`,
    place: { certificate: hostPath(launch, leaf.certificate), key: hostPath(launch, leaf.key) },
    ca: task.ca,
    trust: hostPath(launch, trust),
    commonName: 'kube-apiserver-etcd-client',
    names: [],
    usages: ['clientAuth'],
  }
  return {
    certificates: task.newCa ? [certificate] : [],
    manifest: {
      kind: 'manifest',
      title: `point ${launch.name} at the closed doors`,
      path: task.path,
      before: task.manifest.text,
      after,
      mode: task.manifest.mode & 0o600,
      argv: manifestArgv(after, 'kube-apiserver'),
      runs: task.runs,
      mounts: launch.mounts,
    },
  }
}
