// What changes in a member's static-pod manifest. Pure.
import { createHash } from 'node:crypto'
import { editManifest, manifestArgv, manifestVariables } from '../edit-manifest.ts'
import type { FlagChanges, ManifestStep } from '../model.ts'
import { configChange } from './config-change.ts'
import type { Edited } from './edited.ts'
import type { MemberTask } from './member-task.ts'
import { followMetrics, probesOf } from './probes.ts'
import type { Source } from './source.ts'

const marksOf = (text: string) => ({
  'etcdkeep/config-sha256': createHash('sha256').update(text).digest('hex'),
})

/**
 * A pod whose configuration file changes gets the file's hash as an annotation, so that the kubelet restarts it.
 * Undefined where nothing has to change. Throws `config` for files that cannot be edited safely.
 */
export function manifestStep(
  task: MemberTask,
  { path, manifest }: Source & { readonly kind: 'manifest' },
  wanted: FlagChanges,
): Edited<ManifestStep> | undefined {
  const moved = ['listen-client-urls', 'client-cert-auth'].some((flag) => wanted[flag])
    ? probesOf(task.launch, manifest.text, wanted, task.usedPorts)
    : { probes: [], flags: {} }
  const flags = { ...wanted, ...moved.flags }
  const advertise = flags['advertise-client-urls']
  const inFile = task.launch.configFile !== undefined
  const config = configChange(task, flags)
  const annotates = advertise !== undefined && (!inFile || config !== undefined)
  const after = editManifest(manifest.text, {
    program: 'etcd',
    probes: [...moved.probes, ...followMetrics(wanted)],
    flags: inFile ? {} : flags,
    annotations: annotates ? { 'kubeadm.kubernetes.io/etcd.advertise-client-urls': advertise } : {},
    ...(config && { marks: marksOf(config.after) }),
  })
  if (after === manifest.text) return undefined
  return {
    kind: 'manifest',
    path,
    before: manifest.text,
    after,
    mode: manifest.mode & 0o600,
    modeBefore: manifest.mode,
    argv: manifestArgv(after, 'etcd'),
    environment: manifestVariables(after, 'etcd'),
    ...(config && { config }),
  }
}
