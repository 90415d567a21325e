// The repositories that `check` is to judge.
import { KeepError } from '../../core/error.ts'
import type { BackupOptions, BackupSource } from '../../posture/gather/backup-source.ts'
import type { Context } from '../command.ts'
import { judgeRepository, openRepository } from '../repository/open.ts'
import type { RepositoryFlags } from '../repository/flags.ts'
import type { CheckFlags } from './flags.ts'

const DAY = 86_400_000
const VERIFIED = 7 * DAY
const DRILLED = 30 * DAY

const isPath = (given: string): boolean => !given.startsWith('ed25519:')

/** Undefined where none is named. Throws `usage` for a repository without a key to trust. */
export async function backupOptions(
  flags: Omit<RepositoryFlags, 'repository'> & Pick<CheckFlags, 'repository' | 'rpo'>,
  { ports }: Pick<Context, 'ports'>,
): Promise<BackupOptions | undefined> {
  const { repository, rpo, trust, anchor } = flags
  if (repository.length === 0) {
    if (trust.length > 0 || anchor.length > 0)
      throw new KeepError('usage', 'usage.flag', 'keys to trust, and no repository', {
        hint: 'give --repository PLACE too',
      })
    return undefined
  }
  const sources = await Promise.all(
    repository.map(async (location): Promise<BackupSource> => {
      const opened = await openRepository({ ...flags, repository: location }, ports)
      return {
        location,
        store: opened.store,
        trust: opened.trust,
        read: (signal) => judgeRepository(opened, { ports, signal }),
      }
    }),
  )
  return {
    sources,
    limits: { rpo, verified: VERIFIED, drilled: DRILLED },
    keyServices: ports.keyServices,
    beside: [...trust, ...flags['trust-records']].filter(isPath),
  }
}
