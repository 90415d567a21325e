import { resolve } from 'node:path'
import { KeepError } from '../../core/error.ts'
import type { Host } from '../../ports/host.ts'
import type { Need } from '../../posture/control.ts'
import { keyspaceFacts, tallyOptions } from '../../posture/gather/keyspace.ts'
import { withRemnants } from '../../posture/gather/remnants.ts'
import { snapshotRows } from '../../posture/gather/snapshot-rows.ts'
import type { Observation } from '../../posture/observation.ts'

/** What is left to look at live where a snapshot stands for the stored rows. */
export const besidesRows = (needs: ReadonlySet<Need>): ReadonlySet<Need> =>
  new Set([...needs].filter((need) => need !== 'keyspace'))

/** The observation with the rows of a snapshot in place of a live keyspace. Throws where nothing can be judged. */
export async function withSnapshot(
  seen: Observation,
  snapshot: string,
  here: Host,
  signal: AbortSignal,
): Promise<Observation> {
  const path = resolve(snapshot)
  if ((await here.stat(path)).type !== 'file')
    throw new KeepError('usage', 'usage.snapshot', `--snapshot: ${path} is not a regular file`, {
      hint: 'name a file made by: etcdkeep snapshot save --output FILE',
    })
  const rows = snapshotRows(here, path)
  const read = await keyspaceFacts(rows, tallyOptions(seen.apiservers), signal)
  const keyspace = await withRemnants(here, read, [{ path, name: rows.name }], signal)
  // With members to judge, unreadable rows leave findings unknown; alone they leave nothing to say.
  if (!keyspace.known && seen.members.length === 0)
    throw keyspace.access === undefined
      ? new KeepError('corrupt', 'check.snapshot', keyspace.why, {
          hint: 'take a new one with: etcdkeep snapshot save',
        })
      : new KeepError('denied', 'check.snapshot', keyspace.why, { hint: keyspace.access })
  return { ...seen, keyspace }
}
