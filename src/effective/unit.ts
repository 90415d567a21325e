// systemd service units with their drop-ins (systemd.service(5), systemd.exec(5)), as far as a start goes.
import type { Environment } from './environment.ts'

export interface Unit {
  /** Words of the last ExecStart=; empty where there is none. */
  readonly execStart: readonly string[]
  readonly environment: Environment
  readonly environmentFiles: readonly { readonly path: string; readonly optional: boolean }[]
  readonly workingDirectory: string
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', s: ' ', r: '\r' }

/** Words in systemd's quoting: double and single quotes, C escapes. */
export function unitWords(text: string): readonly string[] {
  const words: string[] = []
  let word: string | undefined
  let quote = ''
  for (let at = 0; at < text.length; at += 1) {
    const letter = text[at] ?? ''
    if (letter === '\\' && at + 1 < text.length) {
      at += 1
      const next = text[at] ?? ''
      word = `${word ?? ''}${ESCAPES[next] ?? next}`
    } else if (letter === quote) quote = ''
    else if (quote === '' && (letter === '"' || letter === "'")) {
      quote = letter
      word ??= ''
    } else if (quote === '' && /\s/.test(letter)) {
      if (word !== undefined) words.push(word)
      word = undefined
    } else word = `${word ?? ''}${letter}`
  }
  return word === undefined ? words : [...words, word]
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

/** A unit from its file and its drop-ins, in the order systemd reads them. Never throws. */
export function parseUnit(texts: readonly string[]): Unit {
  let exec: string[] = []
  let environment: (readonly [string, string])[] = []
  let files: { path: string; optional: boolean }[] = []
  let workingDirectory = ''
  for (const [key, value] of texts.flatMap(entries)) {
    if (key === 'ExecStart') exec = value === '' ? [] : [...exec, value]
    else if (key === 'Environment')
      environment = value === '' ? [] : [...environment, ...unitWords(value).flatMap(assignment)]
    else if (key === 'EnvironmentFile')
      files =
        value === ''
          ? []
          : [...files, { path: value.replace(/^-/, ''), optional: value.startsWith('-') }]
    else if (key === 'WorkingDirectory') workingDirectory = value.replace(/^-/, '')
  }
  const words = unitWords((exec.at(-1) ?? '').replace(/^[-@:+!|]+/, ''))
  return { execStart: words, environment, environmentFiles: files, workingDirectory }
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
      word
        .replaceAll(/\$\{([A-Za-z_]\w*)\}/g, (_, name: string) => get(name) ?? '')
        .replaceAll('$$', '$')
        .replaceAll('%%', '%'),
    ]
  })
}
