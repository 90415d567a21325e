import { PRODUCT } from '../core/product.ts'
import { hang, paint, wrap, type Terminal } from '../core/terminal.ts'
import type { Command } from './command.ts'
import { CONFIG_FLAG, GLOBAL_FLAGS, type Flag, type Flags } from './flags.ts'
import { GROUPS } from './groups.ts'

/** Command names with their summaries, as the generated index has them. */
export type Listing = Readonly<Record<string, { readonly summary: string }>>

const MOST = 100
const widthOf = (terminal: Terminal) => Math.min(terminal.width, MOST)
const head = (terminal: Terminal, text: string) => paint(terminal, 'bold', text)

function entries(rows: readonly (readonly [string, string])[], terminal: Terminal): string {
  const left = Math.max(...rows.map(([name]) => name.length))
  return rows
    .map(([name, text]) => hang(`  ${name.padEnd(left)}  `, text, widthOf(terminal)))
    .join('\n')
}

function flagName(name: string, flag: Flag): string {
  const short = flag.short ? `-${flag.short}, ` : '    '
  return `${short}--${name}${flag.type === 'boolean' ? '' : ` ${flag.value ?? 'VALUE'}`}`
}

function flagHelp(flag: Flag): string {
  const repeated = flag.type === 'list' || flag.type === 'numbers' ? ' (repeatable)' : ''
  const choices = flag.choices ? `: ${flag.choices.join(', ')}` : ''
  const standard = flag.default === undefined ? '' : ` [${flag.default}]`
  return `${flag.help}${choices}${repeated}${standard}`
}

function flagList(flags: Flags, terminal: Terminal): string {
  const names = Object.entries(flags).map(([name, flag]) => [flagName(name, flag), flag] as const)
  const left = Math.min(26, Math.max(...names.map(([name]) => name.length)))
  return names
    .map(([name, flag]) =>
      name.length <= left
        ? hang(`  ${name.padEnd(left)}  `, flagHelp(flag), widthOf(terminal))
        : `  ${name}\n${hang(' '.repeat(left + 4), flagHelp(flag), widthOf(terminal))}`,
    )
    .join('\n')
}

function usage(name: string, command: Command): string {
  const operands = (command.positionals ?? []).map((one) => {
    const shown = one.repeated ? `${one.name}...` : one.name
    return one.required ? shown : `[${shown}]`
  })
  return [PRODUCT.name, ...name.split('/'), ...operands, '[flags]'].join(' ')
}

function examples(command: Command, terminal: Terminal): string {
  return command.examples
    .map(({ run, what }) => {
      const comment = wrap(what, widthOf(terminal) - 4).map((line) => `  # ${line}`)
      const lines = wrap(`${PRODUCT.name} ${run}`, widthOf(terminal) - 8).join(' \\\n      ')
      return `${paint(terminal, 'dim', comment.join('\n'))}\n  ${lines}`
    })
    .join('\n')
}

/** The flags that every command has, with the formats of this one. */
export const globalFlags = (command: Command): Flags => {
  const formats = ['text', 'json', 'yaml', ...Object.keys(command.formats ?? {})]
  const { output, ...others } = GLOBAL_FLAGS
  return {
    ...(isConfigured(command) && CONFIG_FLAG),
    [formatFlag(command)]: { ...output, help: formats.join(', ') },
    ...others,
  }
}

/** Whether etcdkeep.yaml says something about its flags. */
export const isConfigured = (command: Command): boolean => 'repository' in command.flags

/** `--output`, or `--format` where a command's `--output` names a file; `-o` in either case. */
export const formatFlag = (command: Command): string =>
  'output' in command.flags ? 'format' : 'output'

export function commandHelp(name: string, command: Command, terminal: Terminal): string {
  const paragraphs = (command.description ?? '').split('\n').filter((text) => text !== '')
  const operands = (command.positionals ?? []).map((one) => [one.name, one.help] as const)
  return [
    [`${command.summary}.`, ...paragraphs]
      .map((text) => wrap(text, widthOf(terminal)).join('\n'))
      .join('\n\n'),
    `${head(terminal, 'Usage')}\n  ${usage(name, command)}`,
    ...(operands.length > 0
      ? [`${head(terminal, 'Arguments')}\n${entries(operands, terminal)}`]
      : []),
    ...(command.examples.length > 0
      ? [`${head(terminal, 'Examples')}\n${examples(command, terminal)}`]
      : []),
    `${head(terminal, 'Flags')}\n${flagList({ ...command.flags, ...globalFlags(command) }, terminal)}`,
  ].join('\n\n')
}

export function groupHelp(group: string, listing: Listing, terminal: Terminal): string {
  const rows = Object.entries(listing)
    .filter(([name]) => name.startsWith(`${group}/`))
    .map(([name, { summary }]) => [name.slice(group.length + 1), summary] as const)
  return [
    `${GROUPS[group] ?? group}.`,
    `${head(terminal, 'Commands')}\n${entries(rows, terminal)}`,
    `${PRODUCT.name} ${group} COMMAND --help shows how to use one of them.`,
  ].join('\n\n')
}

const START = [
  ['demo', 'Break into an open cluster, close it, prove it'],
  ['check', 'Check the etcd of this machine; changes nothing'],
  ['check --endpoints https://10.0.0.1:2379', 'Check from afar'],
  ['harden --dry-run', 'What would be changed, as a diff'],
] as const

const EXITS = [
  ['0', 'fine'],
  ['1', 'bad news that was asked for: failing findings, a failed proof'],
  ['2', 'usage or configuration'],
  ['3', 'something was unavailable'],
  ['4 5', 'denied; corrupt data'],
  ['70 130', 'a bug; interrupted'],
] as const

export function topHelp(listing: Listing, terminal: Terminal): string {
  const names = Object.keys(listing)
  const groups = [
    ...new Set(names.filter((name) => name.includes('/')).map((name) => name.split('/')[0] ?? '')),
  ]
  const rows = [
    ...names
      .filter((name) => !name.includes('/'))
      .map((name) => [name, listing[name]?.summary ?? ''] as const),
    ...groups.map((group) => [`${group} …`, GROUPS[group] ?? ''] as const),
  ]
  const known = START.filter(([run]) => listing[run.split(' ')[0] ?? ''])
  return [
    'etcdkeep secures etcd and the etcd under Kubernetes, and proves it.',
    `${head(terminal, 'Usage')}\n  etcdkeep COMMAND [flags]`,
    `${head(terminal, 'Commands')}\n${entries(rows, terminal)}`,
    ...(known.length > 0
      ? [
          `${head(terminal, 'Start here')}\n${known.map(([run, what]) => `${paint(terminal, 'dim', `  # ${what}`)}\n  etcdkeep ${run}`).join('\n')}`,
        ]
      : []),
    `${head(terminal, 'Exit codes')}\n${entries(EXITS, terminal)}`,
    'etcdkeep COMMAND --help teaches a command; --version prints the version.',
  ].join('\n\n')
}
