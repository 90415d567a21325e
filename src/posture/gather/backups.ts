// The repositories that were named, as the backup controls want to see them.
import { KeepError, messageOf } from '../../core/error.ts'
import { known, missing, type Fact } from '../../core/fact.ts'
import type { Host } from '../../ports/host.ts'
import { listingOf, type ListedSnapshot } from '../../repository/listing.ts'
import type { Chain } from '../../repository/read-chain.ts'
import type { BackupFacts, BackupKeys, BackupRepository, BackupSnapshot } from '../facts/backups.ts'
import { backupKeys } from './backup-keys.ts'
import { backupPlace } from './backup-place.ts'
import type { BackupOptions, BackupSource } from './backup-source.ts'

function snapshotOf(listed: ListedSnapshot, proven: string | undefined): BackupSnapshot {
  const { sequence, created, cluster, revision, whole, verified, drilled, readers } = listed
  return {
    sequence,
    created,
    cluster,
    revision,
    whole,
    ...(verified && { verified }),
    ...(drilled && { drilled }),
    ...(proven !== undefined && { proven }),
    readers,
  }
}

function snapshotsOf(name: string, chain: Chain, now: Date): readonly BackupSnapshot[] {
  const proven = new Map(chain.snapshots.map((one) => [one.sequence, one.proven]))
  const { snapshots } = listingOf(name, chain, { now, pruned: false })
  return snapshots.map((one) => snapshotOf(one, proven.get(one.sequence)))
}

const failed = (thrown: unknown): Fact<never> => {
  if (!(thrown instanceof KeepError) || thrown.kind === 'cancelled') throw thrown
  return missing(messageOf(thrown), thrown.hint)
}

async function repository(
  source: BackupSource,
  host: Host,
  options: BackupOptions,
  { now, signal }: { readonly now: Date; readonly signal: AbortSignal },
): Promise<BackupRepository> {
  const { name } = source.store
  const place = await backupPlace(host, source.location)
  try {
    const chain = await source.read(signal)
    const snapshots = snapshotsOf(name, chain, now)
    const whole = snapshots.find((one) => one.whole)?.sequence
    const newest = chain.snapshots.find(({ sequence }) => sequence === whole)
    const keys: Fact<BackupKeys> = await backupKeys(source, newest, { host, ...options, signal })
      .then(known)
      .catch(failed)
    const problems = chain.problems
      .filter(({ severity }) => severity === 'problem')
      .map(({ code, message }) => ({ code, message }))
    return { name, snapshots: known(snapshots), problems, place, keys }
  } catch (thrown) {
    const why = failed(thrown)
    return { name, snapshots: why, problems: [], place, keys: why }
  }
}

/** Throws only where it is interrupted. */
export async function backupFacts(
  host: Host,
  options: BackupOptions,
  run: { readonly now: Date; readonly signal: AbortSignal },
): Promise<BackupFacts> {
  const repositories: BackupRepository[] = []
  for (const source of options.sources)
    repositories.push(await repository(source, host, options, run))
  return { repositories, limits: options.limits }
}
