// Builds the observations that controls give as examples: everything unknown but what the example is about.
import { missing } from '../core/fact.ts'
import type { Launch, Origin } from '../effective/model.ts'
import type { Apiserver, Member, Observation } from './observation.ts'

const notLookedAt = missing('not part of this example')

export const AT = '2026-11-21T10:00:00.000Z'

export const seen = (parts: Partial<Observation> = {}): Observation => ({
  schema: 'etcdkeep.facts/v1',
  at: AT,
  probed: true,
  members: [],
  apiservers: [],
  cluster: { auth: notLookedAt, alarms: notLookedAt, memberList: notLookedAt },
  keyspace: notLookedAt,
  host: { name: 'node1', swap: notLookedAt, corePattern: notLookedAt },
  files: [],
  manifestDirectories: [],
  troubles: [],
  ...parts,
})

export const member = (parts: Partial<Member> = {}): Member => ({
  name: 'm1',
  declared: notLookedAt,
  running: notLookedAt,
  listeners: notLookedAt,
  certificates: [],
  dataDirectory: notLookedAt,
  disk: notLookedAt,
  status: notLookedAt,
  anonymous: notLookedAt,
  ...parts,
})

export const apiserver = (parts: Partial<Apiserver> = {}): Apiserver => ({
  name: 'kube-apiserver',
  declared: notLookedAt,
  running: notLookedAt,
  certificates: [],
  encryption: notLookedAt,
  ...parts,
})

/** A launch with the given flags, as its process shows them. */
export function launch(
  flags: Readonly<Record<string, string>>,
  parts: Partial<Launch> = {},
): Launch {
  const program = parts.program ?? 'etcd'
  const layer = parts.layer ?? 'running'
  const source =
    layer === 'running'
      ? `process ${program}`
      : `manifest /etc/kubernetes/manifests/${program}.yaml`
  const origin: Origin = { layer, source, kind: 'flag' }
  const settings = Object.fromEntries(
    Object.entries(flags).map(([name, value]) => [name, { value, origin }]),
  )
  return { program, layer, source, name: 'm1', problems: [], mounts: [], ...parts, settings }
}
