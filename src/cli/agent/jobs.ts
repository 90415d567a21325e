// The agent's jobs are the snapshot commands, with their flags from the configuration.
import type { Job, Outcome } from '../../agent/job.ts'
import type { RepositoryState } from '../../agent/metrics.ts'
import { scheduleOf } from '../../agent/schedule.ts'
import type { LoadedConfig } from '../../config/parse-config.ts'
import { settingsFor } from '../../config/settings.ts'
import { KeepError } from '../../core/error.ts'
import type { Command, Context } from '../command.ts'
import drill from '../commands/snapshot/drill.ts'
import list from '../commands/snapshot/list.ts'
import prune from '../commands/snapshot/prune.ts'
import save from '../commands/snapshot/save.ts'
import verify from '../commands/snapshot/verify.ts'
import { parseFlags } from '../parse-flags.ts'
import type { RepositoryFlags, SigningFlag } from '../repository/flags.ts'
import { judgeRepository, openRepository } from '../repository/open.ts'

/** In the order in which they run where several are due. */
const COMMANDS = {
  save: { command: save, args: [] },
  verify: { command: verify, args: ['--all', '--unless-within', '7d'] },
  drill: { command: drill, args: [] },
  prune: { command: prune, args: ['--yes'] },
} as const satisfies Record<string, { command: Command; args: readonly string[] }>
type Name = keyof typeof COMMANDS
const NAMES = Object.keys(COMMANDS) as readonly Name[]

const latest = (times: readonly (string | undefined)[]): string | undefined =>
  times
    .filter((one) => one !== undefined)
    .toSorted((a, b) => Date.parse(a) - Date.parse(b))
    .at(-1)

/** How the repository stands; throws where it cannot be read. */
async function repositoryState(loaded: LoadedConfig, context: Context): Promise<RepositoryState> {
  const { flags } = parseFlags([], list.flags, settingsFor('snapshot/list', loaded, new Set()))
  const given = flags as unknown as RepositoryFlags & SigningFlag
  const chain = await judgeRepository(await openRepository(given, context.ports), context)
  const newest = chain.snapshots.findLast(({ pruned, complete }) => !pruned && complete)?.manifest
  const verified = latest(chain.snapshots.map(({ stored }) => stored))
  const drilled = latest(chain.snapshots.map(({ proven }) => proven))
  return {
    ...(newest && {
      newest: {
        sequence: newest.sequence,
        created: newest.created,
        plain: newest.plain.length,
        stored: newest.data.length,
      },
    }),
    ...(verified !== undefined && { verified }),
    ...(drilled !== undefined && { drilled }),
    problems: chain.problems.filter(({ severity }) => severity === 'problem').length,
  }
}

/** A prune leaves a trace only where it removed something: it is done once at the start. */
const LAST: Readonly<Record<Name, (state: RepositoryState) => string | undefined>> = {
  save: ({ newest }) => newest?.created,
  verify: ({ verified }) => verified,
  drill: ({ drilled }) => drilled,
  prune: () => undefined,
}

async function runOne(name: Name, loaded: LoadedConfig, context: Context): Promise<Outcome> {
  const { command, args } = COMMANDS[name]
  const settings = settingsFor(`snapshot/${name}`, loaded, new Set())
  const { flags } = parseFlags(args, command.flags, settings)
  const input = { flags, positionals: [] } as unknown as Parameters<Command['run']>[0]
  const result = await command.run(input, context)
  const lines = command.text(result, { width: 200, colour: false }).split('\n')
  const summary = lines.map((line) => line.trim().replaceAll(/\s+/g, ' ')).filter(Boolean)
  return { ok: (command.exit?.(result) ?? 0) === 0, summary: summary.join('; ').slice(0, 2000) }
}

/** Throws `config` where nothing is scheduled, or not so that it could be done. */
export function jobsOf(
  loaded: LoadedConfig,
  context: Context,
  see: (state: RepositoryState) => void,
): readonly Job[] {
  const { schedule = {}, stores } = loaded.config.snapshots ?? {}
  const wrong = (why: string, hint: string) =>
    new KeepError('config', 'agent.nothing', `${loaded.path}: ${why}`, { hint })
  const names = NAMES.filter((name) => schedule[name])
  if (!stores) throw wrong('no store is named', 'name one: snapshots.stores')
  if (names.length === 0)
    throw wrong('nothing is scheduled', 'for example snapshots.schedule.save: { every: 6h }')
  const look = async (signal: AbortSignal): Promise<RepositoryState> => {
    const state = await repositoryState(loaded, { ...context, signal })
    see(state)
    return state
  }
  return names.map((name): Job => ({
    name,
    schedule: scheduleOf(`snapshots.schedule.${name}`, schedule[name] ?? {}),
    async last(signal) {
      const at = LAST[name](await look(signal))
      return at === undefined ? undefined : new Date(at)
    },
    async run(signal) {
      const outcome = await runOne(name, loaded, { ...context, signal })
      await look(signal)
      return outcome
    },
  }))
}
