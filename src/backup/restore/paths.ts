// Every name that a restore makes; all of them beside what they replace, so that a rename is enough.
import { basename, dirname, join } from 'node:path'
import type { RestorePlan, RestoreTarget } from './model.ts'

/** One directory that is replaced as a whole. */
export interface Place {
  /** Where etcd looks for it. */
  readonly live: string
  /** The new one, until it is put in place. */
  readonly staged: string
  /** The old one, from then on; never removed. */
  readonly before: string
  /** The new one, once it was taken back. */
  readonly undone: string
}

/**
 * `member` inside the data directory is what is replaced: the directory itself, its owner and mode, and whatever is
 * mounted there stay. Data first: a WAL without its data is never in place.
 */
export function placesOf(target: RestoreTarget, { id }: RestorePlan): readonly Place[] {
  const { dataDirectory, walDirectory } = target
  const data = {
    live: join(dataDirectory, 'member'),
    staged: join(stagingOf(target, id), 'member'),
    before: join(dataDirectory, `member.before-${id}`),
    undone: join(dataDirectory, `member.undone-${id}`),
  }
  if (walDirectory === undefined) return [data]
  const at = (name: string) => join(dirname(walDirectory), name)
  const name = basename(walDirectory)
  return [
    data,
    {
      live: walDirectory,
      staged: at(`.${name}.restore-${id}`),
      before: at(`${name}.before-${id}`),
      undone: at(`${name}.undone-${id}`),
    },
  ]
}

/** The data directory that etcd's tool makes. */
export const stagingOf = ({ dataDirectory }: RestoreTarget, id: string): string =>
  join(dataDirectory, `.etcdkeep-restore-${id}`)

export const scratchOf = (state: string, { id }: RestorePlan): string =>
  join(state, `scratch-${id}`)
