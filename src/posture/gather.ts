// Looks at everything that the chosen controls need. What fails becomes a missing fact or a trouble, never an abort.
import { known, missing, valueOf, type Fact } from '../core/fact.ts'
import type { Progress } from '../ports/progress.ts'
import { backupFacts } from './gather/backups.ts'
import { guarded } from './gather/guard.ts'
import { discoverLaunches, type Discovery } from './gather/launches.ts'
import { freshApiserver, freshMember, membersElsewhere } from './gather/members.ts'
import { databaseOf, withRemnants } from './gather/remnants.ts'
import { nameMembers } from './gather/name-members.ts'
import { lookOnHost } from './gather/on-host.ts'
import { lookOnWire } from './gather/on-wire.ts'
import type { GatherOptions } from './gather/options.ts'
import type { Trouble } from './gather/trouble.ts'
import type { WirePorts } from './gather/wire-ports.ts'
import type { BackupFacts } from './facts/backups.ts'
import type { Observation } from './observation.ts'

const unread: Fact<BackupFacts> = missing('the snapshot repositories could not be looked at')

const NOBODY: Discovery = { members: [], apiservers: [], manifestDirectories: [], troubles: [] }

/** Two parts that look at the same members, each in its own facts, become one. */
const merged = <T extends object>(base: T, ...seen: readonly T[]): T =>
  Object.assign(
    {},
    base,
    ...seen.map((one) =>
      Object.fromEntries(
        Object.entries(one).filter(([name, value]) => value !== base[name as keyof T]),
      ),
    ),
  ) as T

/** Throws only when the signal aborts. */
export async function gather(
  ports: WirePorts,
  options: GatherOptions,
  progress: Progress,
  signal: AbortSignal,
): Promise<Observation> {
  const at = ports.clock.now().toISOString()
  const troubles: Trouble[] = []
  const part = guarded(troubles, progress, signal)
  const found = await part('looking for etcd and kube-apiserver', NOBODY, () =>
    discoverLaunches(ports.host, options),
  )
  const here = found.members.map(freshMember)
  const members = [...here, ...membersElsewhere(options.endpoints, here)]
  const apiservers = found.apiservers.map(freshApiserver)
  const { manifestDirectories } = found
  const host = await lookOnHost(
    ports.host,
    { members, apiservers, manifestDirectories },
    options.needs,
    part,
  )
  const wire = await lookOnWire(ports, host.members, host.apiservers, options, { part, signal })
  const seen = members.map((one, index) =>
    merged(one, host.members[index] ?? one, wire.members[index] ?? one),
  )
  const running = found.members.flatMap((one) => valueOf(one.running) ?? [])
  const keyspace = await part('what encryption left behind', wire.keyspace, () =>
    withRemnants(ports.host, wire.keyspace, running.flatMap(databaseOf), signal),
  )
  const named = options.needs.has('backups') ? options.backups : undefined
  const backups =
    named &&
    (await part('snapshot repositories', unread, async () =>
      known(await backupFacts(ports.host, named, { now: new Date(at), signal })),
    ))
  return {
    schema: 'etcdkeep.facts/v1',
    at,
    probed: options.probe,
    members: nameMembers(seen),
    apiservers: wire.apiservers,
    cluster: wire.cluster,
    keyspace,
    host: host.host,
    files: host.files,
    manifestDirectories,
    ...(backups && { backups }),
    troubles: [...found.troubles, ...troubles],
  }
}
