// systemd service units with their drop-ins (systemd.service(5), systemd.exec(5)), as far as a start goes.
import type { Environment } from './environment.ts'
import { resolveSpecifiers, unitWords, type UnitNames } from './unit-words.ts'

export interface Unit {
  /** Every ExecStart= as it stands there, with prefixes, quotes, variables and specifiers. */
  readonly commands: readonly string[]
  /** Words of the last ExecStart=, specifiers resolved; empty where there is none. */
  readonly execStart: readonly string[]
  readonly environment: Environment
  /** UnsetEnvironment=: names, or `NAME=value` that goes only with that value. */
  readonly unset: readonly string[]
  readonly environmentFiles: readonly { readonly path: string; readonly optional: boolean }[]
  readonly workingDirectory: string
}

const assignment = (word: string): (readonly [string, string])[] => {
  const at = word.indexOf('=')
  return at <= 0 ? [] : [[word.slice(0, at), word.slice(at + 1)]]
}

/** Lines `NAME=value` of an EnvironmentFile=. */
export const parseEnvironmentFile = (text: string): Environment =>
  text
    .replaceAll(/\\\r?\n/g, '')
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !/^[#;]/.test(line))
    .flatMap((line) =>
      assignment(line).map(([name, value]) => [name.trim(), unitWords(value).join(' ')] as const),
    )

/** Key and value of each line of [Service], continuations joined. */
function entries(text: string): (readonly [string, string])[] {
  const found: (readonly [string, string])[] = []
  let section = ''
  for (const line of text.replaceAll(/\\\r?\n([#;].*\n)*/g, ' ').split(/\r?\n/)) {
    const trimmed = line.trim()
    if (trimmed === '' || /^[#;]/.test(trimmed)) continue
    const header = /^\[(.*)\]$/.exec(trimmed)
    if (header) section = header[1] ?? ''
    else if (section === 'Service')
      found.push(...assignment(trimmed).map(([key, value]) => [key.trim(), value.trim()] as const))
  }
  return found
}

/** What stands before the program in an ExecStart=. */
export const EXEC_PREFIX = /^[-@:+!|]+/

/** A unit from its file and its drop-ins, in the order systemd reads them. Never throws. */
export function parseUnit(texts: readonly string[], names: UnitNames): Unit {
  let commands: string[] = []
  let environment: (readonly [string, string])[] = []
  let files: { path: string; optional: boolean }[] = []
  let unset: string[] = []
  let workingDirectory = ''
  const resolved = (text: string) => resolveSpecifiers(text, names)
  for (const [key, value] of texts.flatMap(entries)) {
    if (key === 'ExecStart') commands = value === '' ? [] : [...commands, value]
    else if (key === 'Environment')
      environment =
        value === '' ? [] : [...environment, ...unitWords(value).map(resolved).flatMap(assignment)]
    else if (key === 'UnsetEnvironment')
      unset = value === '' ? [] : [...unset, ...unitWords(value).map(resolved)]
    else if (key === 'EnvironmentFile')
      files =
        value === ''
          ? []
          : [...files, { path: resolved(value.replace(/^-/, '')), optional: value.startsWith('-') }]
    else if (key === 'WorkingDirectory') workingDirectory = resolved(value.replace(/^-/, ''))
  }
  const words = unitWords((commands.at(-1) ?? '').replace(EXEC_PREFIX, ''))
  return {
    commands,
    execStart: words.map(resolved),
    environment,
    unset,
    environmentFiles: files,
    workingDirectory,
  }
}

/** Variables as systemd puts them into a command line: `${X}` inside a word, `$X` as words of its own; unset is empty. */
export function expandUnitWords(
  words: readonly string[],
  environment: Environment,
): readonly string[] {
  const get = (name: string) => environment.findLast(([one]) => one === name)?.[1]
  return words.flatMap((word) => {
    const alone = /^\$([A-Za-z_]\w*)$/.exec(word)?.[1]
    if (alone !== undefined) return unitWords(get(alone) ?? '')
    return [
      word.replaceAll(/\$\$|\$\{([A-Za-z_]\w*)\}/g, (all, name: string | undefined) =>
        all === '$$' ? '$' : (get(name ?? '') ?? ''),
      ),
    ]
  })
}
