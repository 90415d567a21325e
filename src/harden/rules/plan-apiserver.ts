// Moves a kube-apiserver to the closed client doors. Pure.
import { dirname } from 'node:path'
import { hostPath, setting, urls, type Launch } from '../../effective/model.ts'
import { editManifest, manifestArgv } from '../edit-manifest.ts'
import type { CertificateStep, FlagChanges, ManifestStep, UnitStep } from '../model.ts'
import type { Edited } from './edited.ts'
import { pair, type Pair } from './material.ts'
import { closed } from './member-flags.ts'
import type { Part } from './order-steps.ts'
import type { Source } from './source.ts'
import { unitStep } from './unit-step.ts'

export interface ApiserverTask {
  readonly launch: Launch
  readonly source: Source
  readonly runs: boolean
  /** Client URLs that will be https. */
  readonly moved: ReadonlySet<string>
  readonly ca: Pair
  /** Whether the client door moves to the new CA. */
  readonly newCa: boolean
}

const same = (url: string): string => url.replace('//localhost:', '//127.0.0.1:').replace(/\/$/, '')

function edit(
  source: Source,
  flags: FlagChanges,
): Edited<ManifestStep> | Edited<UnitStep> | undefined {
  if (source.kind === 'unit') return unitStep(source, 'kube-apiserver', flags)
  const { manifest, path } = source
  const after = editManifest(manifest.text, { program: 'kube-apiserver', flags })
  return {
    kind: 'manifest',
    path,
    before: manifest.text,
    after,
    mode: manifest.mode & 0o600,
    modeBefore: manifest.mode,
    argv: manifestArgv(after, 'kube-apiserver'),
  }
}

/** Throws `config` for a manifest or unit that cannot be edited safely. */
export function planApiserver(task: ApiserverTask): Part | undefined {
  const { launch } = task
  const servers = urls(launch, 'etcd-servers')
  if (!servers.some((url) => task.moved.has(same(url)))) return undefined
  const wanted = servers.map((url) => (task.moved.has(same(url)) ? closed(url) : url)).join(',')
  const known =
    setting(launch, 'etcd-certfile') ?? setting(launch, 'etcd-cafile') ?? '/etc/kubernetes/pki/x'
  const inside = dirname(known)
  const leaf = pair(inside, 'apiserver-etcd')
  const trust = `${inside}/apiserver-etcd-ca.crt`
  const edited = edit(task.source, {
    'etcd-servers': wanted,
    ...(task.newCa && {
      'etcd-cafile': trust,
      'etcd-certfile': leaf.certificate,
      'etcd-keyfile': leaf.key,
    }),
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
  const certificates = task.newCa ? [certificate] : []
  if (!edited) return { certificates }
  const title = `point ${launch.name} at the closed doors`
  return {
    certificates,
    restart: { ...edited, title, runs: task.runs, mounts: launch.mounts },
  }
}
