import { parseArgs } from 'node:util'
import { parseDuration } from '../core/duration.ts'
import { KeepError } from '../core/error.ts'
import { didYouMean } from '../core/nearest.ts'
import type { Flag, Flags } from './flags.ts'

const wrong = (message: string, hint: string): KeepError =>
  new KeepError('usage', 'usage.flag', message, { hint })

function parsed(name: string, flag: Flag, text: string): unknown {
  const bad = (wanted: string) =>
    wrong(`--${name}: ${JSON.stringify(text)} is ${wanted}`, flag.help)
  if (flag.choices && !flag.choices.includes(text))
    throw wrong(
      `--${name}: ${JSON.stringify(text)} is none of ${flag.choices.join(', ')}`,
      didYouMean(text, flag.choices, `one of ${flag.choices.join(', ')}`),
    )
  if (flag.type === 'duration') {
    const ms = parseDuration(text)
    if (ms === undefined) throw bad('no duration like 500ms, 5s or 2m')
    return ms
  }
  if (flag.type === 'number' || flag.type === 'numbers') {
    if (!/^\d+$/.test(text)) throw bad('no whole number')
    return Number(text)
  }
  if (text === '') throw bad('empty')
  return text
}

/** Every value that was written for a flag, lists split at commas. */
function read(name: string, flag: Flag, written: readonly string[]): unknown {
  if (flag.type === 'boolean') return written.length > 0
  if (flag.type === 'list' || flag.type === 'numbers') {
    const all = written.length > 0 || flag.default === undefined ? written : [flag.default]
    return all.flatMap((text) => text.split(',')).map((text) => parsed(name, flag, text.trim()))
  }
  if (written.length > 1) throw wrong(`--${name} is given ${written.length} times`, 'give it once')
  const text = written[0] ?? flag.default
  return text === undefined ? undefined : parsed(name, flag, text)
}

interface Token {
  readonly kind: string
  readonly name?: string
  readonly rawName?: string
  readonly value?: string | undefined
  readonly inlineValue?: boolean | undefined
}

function checked(token: Token, flags: Flags): readonly [string, string] {
  const { name = '', rawName = '' } = token
  const flag = Object.hasOwn(flags, name) ? flags[name] : undefined
  if (!flag) {
    const names = Object.keys(flags).map((one) => `--${one}`)
    throw wrong(`unknown flag ${rawName}`, didYouMean(rawName, names, 'see --help for the flags'))
  }
  if (flag.type === 'boolean') {
    if (token.value === undefined) return [name, '']
    throw wrong(`--${name} takes no value`, `write --${name} alone, or leave it out`)
  }
  const swallowed = token.inlineValue === false && /^-./.test(token.value ?? '')
  if (token.value === undefined || swallowed)
    throw wrong(`--${name} needs a value`, `write --${name} ${flag.value ?? 'VALUE'}`)
  return [name, token.value]
}

export interface ParsedFlags {
  readonly flags: Record<string, unknown>
  readonly positionals: readonly string[]
  /** Names of the flags that stand on the command line. */
  readonly written: ReadonlySet<string>
}

/**
 * Strict: a misspelt flag is an error with the nearest name, never ignored. `settings` stand in for flags that were
 * not written, before their defaults.
 */
export function parseFlags(
  args: readonly string[],
  flags: Flags,
  settings: ReadonlyMap<string, readonly string[]> = new Map(),
): ParsedFlags {
  const options = Object.fromEntries(
    Object.entries(flags).map(([name, flag]) => [
      name,
      {
        type: flag.type === 'boolean' ? ('boolean' as const) : ('string' as const),
        multiple: true,
        ...(flag.short && { short: flag.short }),
      },
    ]),
  )
  // Not parseArgs' own strictness: its messages cannot say what was meant.
  const strictness = {
    args: [...args],
    options,
    strict: false,
    tokens: true,
    allowPositionals: true,
  } as const
  const { tokens, positionals } = parseArgs(strictness)
  const written = (tokens as readonly Token[])
    .filter((token) => token.kind === 'option')
    .map((token) => checked(token, flags))
  const names = new Set(written.map(([name]) => name))
  const given = (name: string) =>
    names.has(name)
      ? written.filter(([one]) => one === name).map(([, value]) => value)
      : (settings.get(name) ?? [])
  const values = Object.entries(flags).map(([name, flag]) => [name, read(name, flag, given(name))])
  return {
    flags: Object.fromEntries(values) as Record<string, unknown>,
    positionals,
    written: names,
  }
}
