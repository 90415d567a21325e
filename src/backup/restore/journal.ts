// How far a restore came; each entry is on the disk before the deed that follows it.
import { join } from 'node:path'
import { KeepError } from '../../core/error.ts'
import type { Ports } from '../../ports/ports.ts'
import type { RestorePlan } from './model.ts'

type Happened =
  | { readonly event: 'begin'; readonly plan: RestorePlan }
  /** The snapshot was restored and started in a scratch directory. */
  | { readonly event: 'tried' }
  /** The new data of one member is whole, beside the old. */
  | { readonly event: 'staged'; readonly member: string }
  /** From here on old data is moved. */
  | { readonly event: 'swap' }
  /** All new data is in place. */
  | { readonly event: 'placed' }
  | { readonly event: 'undo' }
  /** All old data is in its place again. */
  | { readonly event: 'undone' }
  | { readonly event: 'end'; readonly outcome: 'restored' | 'rolled-back' | 'failed' }

export type Entry = Happened & { readonly at: string }

export type JournalPorts = Pick<Ports, 'clock' | 'files' | 'host'>

export interface Journal {
  readonly path: string
  readonly entries: readonly Entry[]
  record(what: Happened): Promise<void>
}

function parse(text: string, path: string): Entry[] {
  try {
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => {
        const entry = JSON.parse(line) as Entry | null
        if (typeof entry?.event !== 'string') throw new TypeError('a line is no entry')
        return entry
      })
  } catch (cause) {
    throw new KeepError('corrupt', 'restore.journal', `${path} is no journal of a restore`, {
      hint: 'look for member.before-… in the data directories, then move the file away',
      cause,
    })
  }
}

/** Throws `corrupt` for a file that is no journal. */
export async function openJournal(ports: JournalPorts, state: string): Promise<Journal> {
  const path = join(state, 'restore.jsonl')
  const bytes = await ports
    .host()
    .read(path)
    .catch((thrown: unknown) => {
      if (thrown instanceof KeepError && thrown.kind === 'not-found') return Buffer.alloc(0)
      throw thrown
    })
  const entries = parse(Buffer.from(bytes).toString(), path)
  await ports.files.removeLeftovers([path])
  return {
    path,
    entries,
    async record(what) {
      if (what.event === 'begin') entries.length = 0
      entries.push({ at: ports.clock.now().toISOString(), ...what })
      await ports.files.makeDirectory(state)
      const lines = entries.map((entry) => `${JSON.stringify(entry)}\n`).join('')
      await ports.files.write(path, lines, { mode: 0o600 })
    },
  }
}

export const happened = ({ entries }: Journal, event: Happened['event']): boolean =>
  entries.some((one) => one.event === event)

export const stagedMembers = ({ entries }: Journal): ReadonlySet<string> =>
  new Set(entries.flatMap((one) => (one.event === 'staged' ? [one.member] : [])))

/** The plan of a restore that did not come to its end. */
export function unfinished(journal: Journal): RestorePlan | undefined {
  const [first] = journal.entries
  return first?.event === 'begin' && !happened(journal, 'end') ? first.plan : undefined
}
