// What a run set out to do and how far it came; enough for the next run to go on after a kill.
import { KeepError } from '../core/error.ts'
import type { Clock } from '../ports/clock.ts'
import type { Files } from '../ports/files.ts'
import type { Host } from '../ports/host.ts'
import type { Plan } from './model.ts'

/** `old`: processes that run with the arguments that are now written, but were started before that. */
type StepEntry =
  | { readonly event: 'intent' | 'done'; readonly step: number }
  | { readonly event: 'swap'; readonly step: number; readonly old: readonly string[] }
  | {
      readonly event: 'undo'
      readonly step: number
      readonly why: string
      readonly old: readonly string[]
    }

type Happened =
  | StepEntry
  | { readonly event: 'begin'; readonly plan: Plan }
  | { readonly event: 'end'; readonly outcome: string }

export type Entry = Happened & { readonly at: string }

export interface JournalPorts {
  readonly clock: Clock
  readonly files: Files
  readonly host: Host
}

export interface Journal {
  readonly path: string
  readonly entries: readonly Entry[]
  /** On the disk when it resolves: each entry stands before the deed. */
  record(what: Happened): Promise<void>
}

function parseEntry(line: string): Entry {
  const entry = JSON.parse(line) as Entry | null
  if (typeof entry?.event !== 'string') throw new TypeError('a line is no entry')
  return entry
}

function parseJournal(text: string, path: string): Entry[] {
  try {
    const lines = text.split('\n').filter((line) => line !== '')
    return lines.map(parseEntry)
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
  const path = `${state}/journal.jsonl`
  const entries = await readEntries(ports, path)
  return {
    path,
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

/** The part of the journal that is about one step. */
export interface StepLog {
  /** The latest entry of that kind. */
  last<E extends StepEntry['event']>(event: E): Extract<StepEntry, { event: E }> | undefined
  swap(old: readonly string[]): Promise<void>
  undo(why: string, old: readonly string[]): Promise<void>
}

export function stepLog(journal: Journal, step: number): StepLog {
  return {
    last<E extends StepEntry['event']>(event: E) {
      const isThat = (one: Entry): one is Entry & Extract<StepEntry, { event: E }> =>
        one.event === event && 'step' in one && one.step === step
      return journal.entries.findLast(isThat)
    },
    swap: async (old) => journal.record({ event: 'swap', step, old }),
    undo: async (why, old) => journal.record({ event: 'undo', step, why, old }),
  }
}
