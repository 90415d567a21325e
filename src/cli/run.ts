// From an argument vector to output and an exit code; knows no command by name.
import { EXIT_CODES, KeepError } from '../core/error.ts'
import { didYouMean } from '../core/nearest.ts'
import { PRODUCT } from '../core/product.ts'
import type { Ports } from '../ports/ports.ts'
import type { Command, Context } from './command.ts'
import { errorDocument, errorText, failureOf, stackOf } from './failure.ts'
import { configuredFlags } from './configuration.ts'
import { commandHelp, formatFlag, globalFlags, groupHelp, isConfigured, topHelp } from './help.ts'
import { json } from './json-document.ts'
import { parseFlags } from './parse-flags.ts'
import { ask, progressOn, terminalOf, type Surroundings } from './streams.ts'

export type Index = Readonly<
  Record<
    string,
    { readonly summary: string; readonly load: () => Promise<{ readonly default: Command }> }
  >
>

interface Shell {
  readonly index: Index
  readonly ports: () => Ports
  readonly around: Surroundings
}

const documents: Readonly<Record<string, (value: unknown) => string | Promise<string>>> = {
  json,
  // Most runs need no YAML, and its library takes as long to load as the rest.
  yaml: async (value) => (await import('./yaml-document.ts')).yaml(value),
}

function chosenFormat(name: string, command: Command): void {
  const all = ['text', ...Object.keys(documents), ...Object.keys(command.formats ?? {})]
  if (all.includes(name)) return
  throw new KeepError('usage', 'usage.format', `there is no output format ${name} here`, {
    hint: didYouMean(name, all, `one of ${all.join(', ')}`),
  })
}

function checkPositionals(given: readonly string[], command: Command): void {
  const wanted = command.positionals ?? []
  const [lacking] = wanted.slice(given.length).filter((one) => one.required)
  if (lacking)
    throw new KeepError('usage', 'usage.argument', `${lacking.name} is missing`, {
      hint: lacking.help,
    })
  if (given.length > wanted.length && !wanted.some((one) => one.repeated))
    throw new KeepError('usage', 'usage.argument', `unexpected argument ${given[wanted.length]}`, {
      hint: 'see --help for what the command takes',
    })
}

async function runCommand(name: string, args: readonly string[], shell: Shell): Promise<number> {
  const { around } = shell
  const { stdout, stderr } = around
  const entry = shell.index[name]
  if (!entry) throw new Error(`no command ${name}`)
  const command = (await entry.load()).default
  if (args.includes('--help') || args.includes('-h')) {
    stdout.write(`${commandHelp(name, command, terminalOf(stdout, around))}\n`)
    return 0
  }
  const known = { ...command.flags, ...globalFlags(command) }
  const plain = parseFlags(args, known)
  const ports = shell.ports()
  const { flags, positionals } = isConfigured(command)
    ? await configuredFlags({ name, args, known, plain }, ports.host(), around.environment)
    : plain
  const format = String(flags[formatFlag(command)])
  chosenFormat(format, command)
  checkPositionals(positionals, command)
  const when = String(flags['color'])
  const progress = progressOn(stderr, around)
  const context: Context = {
    ports,
    signal: around.signal,
    environment: around.environment,
    progress,
    terminal: terminalOf(stdout, around, when),
    show(text) {
      progress.end()
      stderr.write(`${text}\n`)
    },
    confirm(question) {
      progress.end()
      return ask(question, around, terminalOf(stderr, around, when))
    },
  }
  try {
    const result = await command.run(
      { flags, positionals } as Parameters<Command['run']>[0],
      context,
    )
    progress.end()
    const render = documents[format] ?? command.formats?.[format]
    const text = render ? await render(result) : command.text(result, context.terminal)
    if (text !== '') stdout.write(text.endsWith('\n') ? text : `${text}\n`)
    return command.exit?.(result) ?? 0
  } finally {
    progress.end()
  }
}

/** The command's name in the index and the arguments behind it; undefined where a help page was asked for and shown. */
function route(
  argv: readonly string[],
  shell: Shell,
): readonly [string, readonly string[]] | undefined {
  const { stdout } = shell.around
  const terminal = terminalOf(stdout, shell.around)
  const say = (text: string): undefined => {
    stdout.write(`${text}\n`)
  }
  const names = Object.keys(shell.index)
  const [first = '--help', second = '--help', ...rest] = argv
  if (['--help', '-h', 'help'].includes(first)) return say(topHelp(shell.index, terminal))
  if (first === '--version' || first === 'version') return say(`${PRODUCT.name} ${PRODUCT.version}`)
  if (names.includes(first)) return [first, argv.slice(1)]
  const verbs = names
    .filter((name) => name.startsWith(`${first}/`))
    .map((name) => name.slice(first.length + 1))
  if (verbs.length === 0)
    throw new KeepError(
      'usage',
      'usage.command',
      first.startsWith('-')
        ? `the command comes first, then ${first}`
        : `there is no command ${first}`,
      {
        hint: didYouMean(
          first,
          names.map((name) => name.replace('/', ' ')),
          'etcdkeep --help lists the commands',
        ),
      },
    )
  if (['--help', '-h', 'help'].includes(second)) return say(groupHelp(first, shell.index, terminal))
  if (verbs.includes(second)) return [`${first}/${second}`, rest]
  throw new KeepError('usage', 'usage.command', `there is no command ${first} ${second}`, {
    hint: didYouMean(second, verbs, `etcdkeep ${first} --help lists the commands`),
  })
}

/** The format of the error object, read without parsing: the flags themselves may be what is wrong. */
function asked(argv: readonly string[]): string {
  const said = argv.flatMap((arg, at) => {
    if (/^(-o|--output|--format)$/.test(arg)) return [argv[at + 1] ?? '']
    return /^(--output=|--format=|-o.)/.test(arg) ? [arg.replace(/^(--\w+=|-o=?)/, '')] : []
  })
  return said.find((format) => format in documents) ?? ''
}

/** Runs one command line; never throws. */
export async function run(argv: readonly string[], shell: Shell): Promise<number> {
  const { stdout, stderr, environment, signal } = shell.around
  try {
    const routed = route(argv, shell)
    return routed ? await runCommand(...routed, shell) : 0
  } catch (thrown) {
    const error = failureOf(thrown, signal)
    stderr.write(`${errorText(error, terminalOf(stderr, shell.around))}\n`)
    if (environment['ETCDKEEP_DEBUG']) stderr.write(`${stackOf(error)}\n`)
    const document = documents[asked(argv)]
    if (document) stdout.write(`${await document(errorDocument(error))}\n`)
    return EXIT_CODES[error.kind]
  }
}
