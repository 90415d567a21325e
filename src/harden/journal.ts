// What a run set out to do and how far it came; enough for the next run to go on after a kill.
import { KeepError } from '../core/error.ts'
import type { Clock } from '../ports/clock.ts'
import type { Files } from '../ports/files.ts'
import type { Host } from '../ports/host.ts'
import type { Plan } from './model.ts'

export type Entry =
  | { readonly at: string; readonly event: 'begin'; readonly plan: Plan }
  | { readonly at: string; readonly event: 'intent' | 'done' | 'undo'; readonly step: number }
  | { readonly at: string; readonly event: 'end'; readonly outcome: string }

export interface JournalPorts {
  readonly clock: Clock
  readonly files: Files
  readonly host: Host
}
type Happened = Entry extends infer E ? (E extends Entry ? Omit<E, 'at'> : never) : never

export interface Journal {
  readonly entries: readonly Entry[]
  /** On the disk when it resolves: intent stands before the deed. */
  record(what: Happened): Promise<void>
}

const pathOf = (state: string): string => `${state}/journal.jsonl`

function parseJournal(text: string, path: string): Entry[] {
  try {
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Entry)
  } catch (cause) {
    throw new KeepError('corrupt', 'harden.journal', `${path} is not a journal of etcdkeep`, {
      hint: 'Compare the manifests with the backups beside it, then move the file away.',
      cause,
    })
  }
}

async function readEntries({ host }: JournalPorts, path: string): Promise<Entry[]> {
  try {
    return parseJournal(Buffer.from(await host.read(path)).toString(), path)
  } catch (thrown) {
    if (thrown instanceof KeepError && thrown.kind === 'not-found') return []
    throw thrown
  }
}

/** Throws `corrupt` for a file that is no journal. */
export async function openJournal(ports: JournalPorts, state: string): Promise<Journal> {
  const path = pathOf(state)
  const entries = await readEntries(ports, path)
  return {
    entries,
    async record(what) {
      // One run's entries are all that a later one needs; older runs live on in the backups.
      if (what.event === 'begin') entries.length = 0
      entries.push({ at: ports.clock.now().toISOString(), ...what })
      await ports.files.makeDirectory(state)
      const lines = entries.map((entry) => `${JSON.stringify(entry)}\n`).join('')
      await ports.files.write(path, lines, { mode: 0o600 })
    },
  }
}

/** The plan of a run that did not come to its end. */
export function unfinished(journal: Journal): Plan | undefined {
  const [first] = journal.entries
  if (first?.event !== 'begin' || journal.entries.some((one) => one.event === 'end'))
    return undefined
  return first.plan
}
