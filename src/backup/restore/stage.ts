// The verified bytes once in a scratch file, and out of it the new data of each member, beside the old.
import { dirname, join } from 'node:path'
import { KeepError } from '../../core/error.ts'
import type { Owner } from '../../ports/files.ts'
import type { Ports } from '../../ports/ports.ts'
import { restoreMember } from '../restore-member.ts'
import type { RestorePlan, RestoreTarget } from './model.ts'
import { placesOf, stagingOf } from './paths.ts'
import { fileSource, readSource, type RestoreSource } from './source.ts'

export type StagePorts = Pick<Ports, 'draftFile' | 'files' | 'host' | 'launcher'>

export interface Staging {
  readonly plan: RestorePlan
  /** Holds readable data: 0700, and removed whatever happens. */
  readonly scratch: string
  readonly signal: AbortSignal
  readonly passed: (bytes: number, total: number) => void
}

export const snapshotIn = (scratch: string): string => join(scratch, 'snapshot.db')

/** Throws `conflict` where the source is not what the plan was made of; `corrupt` where it is damaged. */
export async function writeScratch(
  ports: StagePorts,
  source: RestoreSource,
  { plan, scratch, signal, passed }: Staging,
): Promise<void> {
  await ports.files.remove(scratch)
  await ports.files.makeDirectory(scratch)
  const draft = await ports.draftFile(snapshotIn(scratch), { mode: 0o600 })
  try {
    const { content } = await readSource(
      {
        ...source,
        async *read() {
          for await (const piece of source.read(signal)) {
            await draft.write(piece)
            yield piece
          }
        },
      },
      signal,
      passed,
    )
    if (content.sha256 !== plan.content.sha256)
      throw new KeepError(
        'conflict',
        'restore.changed',
        'the snapshot was changed since the plan was made',
        {
          hint: 'nothing was moved; run it again for a new plan',
        },
      )
    await draft.write(Buffer.from(content.sha256, 'hex'))
    await draft.commit()
  } catch (thrown) {
    await draft.discard().catch(() => undefined)
    throw thrown
  }
}

async function handOver(ports: StagePorts, path: string, owner: Owner): Promise<void> {
  const host = ports.host()
  const { type, uid, gid } = await host.lstat(path)
  if (type === 'directory')
    for (const name of await host.list(path)) await handOver(ports, join(path, name), owner)
  await ports.files.chmod(path, type === 'directory' ? 0o700 : 0o600)
  if (uid !== owner.uid || gid !== owner.gid) await ports.files.chown(path, owner)
}

/** What was made, held against the snapshot: as many revisions, leases and the same users. */
async function checkStaged(
  ports: StagePorts,
  path: string,
  target: RestoreTarget,
  { plan: { content, bump }, signal }: Staging,
): Promise<void> {
  const source = await fileSource(ports.host(), path)
  const { content: made } = await readSource(source, signal, () => undefined)
  const wanted = BigInt(content.revision) + BigInt(bump ?? 0)
  const same =
    made.revisions === content.revisions + (bump === undefined ? 0 : 1) &&
    (bump === undefined ? BigInt(made.revision) === wanted : BigInt(made.revision) >= wanted) &&
    made.leases === content.leases &&
    made.authEnabled === content.authEnabled &&
    made.users.join('\0') === content.users.join('\0')
  if (same) return
  throw new KeepError(
    'corrupt',
    'restore.differs',
    `${target.name}: what was restored is not what the snapshot holds`,
    { hint: 'nothing was moved; try the etcdutl of another release' },
  )
}

const ownerOf = async (ports: StagePorts, path: string): Promise<Owner> => {
  const { uid, gid } = await ports.host().stat(path)
  return { uid, gid }
}

/** Replaces what an interrupted run left of it. */
export async function stageMember(
  ports: StagePorts,
  target: RestoreTarget,
  staging: Staging,
): Promise<void> {
  const { plan, scratch, signal } = staging
  const directory = stagingOf(target, plan.id)
  const [data, wal] = placesOf(target, plan)
  await ports.files.makeDirectory(target.dataDirectory)
  await clearStaged(ports, target, plan)
  await restoreMember(ports, {
    tool: plan.tool,
    file: snapshotIn(scratch),
    member: target,
    cluster: plan.cluster,
    token: plan.token,
    dataDirectory: directory,
    ...(wal && { walDirectory: wal.staged }),
    ...(plan.bump !== undefined && { bump: BigInt(plan.bump) }),
    log: join(scratch, 'restore.log'),
    signal,
  })
  const owner = await ownerOf(ports, target.dataDirectory)
  await handOver(ports, directory, owner)
  if (wal) await handOver(ports, wal.staged, await ownerOf(ports, wal.live).catch(() => owner))
  if (data) await checkStaged(ports, join(data.staged, 'snap', 'db'), target, staging)
}

/** Takes away what stands beside the old data; no error where there is nothing. */
export async function clearStaged(
  { files }: Pick<Ports, 'files'>,
  target: RestoreTarget,
  plan: RestorePlan,
): Promise<void> {
  const [, wal] = placesOf(target, plan)
  await files.remove(stagingOf(target, plan.id))
  if (wal) await files.remove(wal.staged)
}

/** Whether the WAL directory can be replaced: it is renamed, which a mount point cannot be. */
export async function requireMovable(
  { host }: Pick<Ports, 'host'>,
  { walDirectory }: RestoreTarget,
): Promise<void> {
  if (walDirectory === undefined) return
  const device = async (path: string) => (await host().stat(path)).inode.split(':')[0]
  const own = await device(walDirectory).catch(() => undefined)
  if (own === undefined || own === (await device(dirname(walDirectory)))) return
  throw new KeepError(
    'config',
    'restore.wal-mount',
    `${walDirectory} is a mount point: it cannot be moved aside`,
    {
      hint: 'let --wal-dir name a folder below the mount point, in the manifest and here',
    },
  )
}
