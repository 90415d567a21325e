import { resolve } from 'node:path'
import type { RestorePlan } from '../../backup/restore/model.ts'
import { valueOf } from '../../core/fact.ts'
import type { EtcdTarget } from '../../ports/etcd.ts'
import { asTarget } from '../../posture/gather/as-target.ts'
import { hostCredentials } from '../../posture/gather/credentials.ts'
import { type Discovered, discoverLaunches } from '../../posture/gather/launches.ts'
import type { Context } from '../command.ts'
import { credentialsOf } from '../target-flags.ts'
import type { RestoreFlags } from './flags.ts'

const declared = (all: readonly Discovered[]) =>
  all.flatMap(({ declared }) => valueOf(declared) ?? [])

/** Who asks the new members: what the user gave, else an etcd client of this host. */
export async function accessOf(
  flags: RestoreFlags,
  { members }: RestorePlan,
  { ports }: Context,
): Promise<Omit<EtcdTarget, 'endpoints'>> {
  const here = ports.host()
  const given = await credentialsOf({ ...flags, timeout: 1 }, here)
  if (given) return asTarget([], given)
  if (!members.some(({ clientUrls }) => clientUrls.some((url) => url.startsWith('https:'))))
    return {}
  const { manifests } = flags
  const found = await discoverLaunches(
    here,
    manifests === undefined ? {} : { manifests: resolve(manifests) },
  )
  const [shown] = await hostCredentials(here, declared(found.members), declared(found.apiservers))
  return asTarget([], shown)
}
