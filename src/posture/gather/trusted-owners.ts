import { setting, type Launch } from '../../effective/model.ts'
import type { Host } from '../../ports/host.ts'
import { pathOnHost } from './file-references.ts'

/** Root, who runs the process, and who owns its data directory. */
async function ownersOf(host: Host, launch: Launch): Promise<readonly number[]> {
  const data = launch.program === 'etcd' ? setting(launch, 'data-dir') : undefined
  const places = [
    ...(launch.pid === undefined ? [] : [`/proc/${launch.pid}`]),
    ...(data?.startsWith('/') ? [pathOnHost(launch, data)] : []),
  ]
  const found = await Promise.all(places.map((path) => host.stat(path).catch(() => undefined)))
  return found.flatMap((status) => (status ? [status.uid] : []))
}

/**
 * Numeric ids that may own a launch's files. Of a launch that shows neither a process nor a data directory
 * nothing is known: there those of all launches hold.
 */
export async function trustedOwners(
  host: Host,
  launches: readonly Launch[],
): Promise<(launch?: Launch) => readonly number[]> {
  const owners = new Map<Launch, readonly number[]>()
  for (const launch of launches) owners.set(launch, await ownersOf(host, launch))
  const all = [...owners.values()].flat()
  return (launch) => {
    const own = (launch && owners.get(launch)) ?? []
    return [...new Set([0, ...(own.length > 0 ? own : all)])].toSorted((a, b) => a - b)
  }
}
