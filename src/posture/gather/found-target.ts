// The etcd of this machine as something that a command can work with: where it answers, and as whom to ask.
import { valueOf } from '../../core/fact.ts'
import { urls, type Launch } from '../../effective/model.ts'
import type { EtcdTarget } from '../../ports/etcd.ts'
import type { Host } from '../../ports/host.ts'
import { asTarget } from './as-target.ts'
import { hostCredentials } from './credentials.ts'
import { addressOf, doorOf } from './door.ts'
import { discoverLaunches, type Discovered } from './launches.ts'
import type { Credentials } from './options.ts'

const launchesOf = (all: readonly Discovered[]): readonly Launch[] =>
  all.flatMap(({ running, visible, declared }) =>
    [valueOf(running), visible, valueOf(declared)].filter((one) => one !== undefined),
  )

/** The first client URL of a member; a wildcard address means this machine. */
function endpointOf(member: Discovered): readonly string[] {
  const [launch] = launchesOf([member])
  if (!launch) return []
  const named = ['advertise-client-urls', 'listen-client-urls'].flatMap((flag) =>
    urls(launch, flag),
  )
  for (const url of named) {
    const door = doorOf(url)
    const scheme = url.split('://')[0]
    if (door.known && (scheme === 'http' || scheme === 'https'))
      return [`${scheme}://${addressOf(door.value)}`]
  }
  return []
}

/**
 * What the user named comes first; the rest is what this host has, as each of the clients in turn that it has a
 * certificate of. No endpoints where there is no etcd here.
 */
export async function foundTargets(
  host: Host,
  given: { readonly endpoints: readonly string[]; readonly credentials?: Credentials },
): Promise<readonly [EtcdTarget, ...EtcdTarget[]]> {
  const { endpoints, credentials } = given
  const here = await discoverLaunches(host)
  const [members, apiservers] = [launchesOf(here.members), launchesOf(here.apiservers)]
  const found = endpoints.length > 0 ? endpoints : here.members.flatMap(endpointOf)
  const places = [...new Set(found)]
  const shown = credentials ? [] : await hostCredentials(host, members, apiservers)
  const [first = asTarget(places, credentials), ...others] = shown.map((one) =>
    asTarget(places, one),
  )
  return [first, ...others]
}

/** The first of them. */
export const foundTarget = async (...asked: Parameters<typeof foundTargets>): Promise<EtcdTarget> =>
  (await foundTargets(...asked))[0]
