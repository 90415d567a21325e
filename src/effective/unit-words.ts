// Words of a systemd command line (systemd.service(5), COMMAND LINES; systemd.syntax(7), QUOTING).
import { UNRESOLVED } from './unresolved.ts'

/** One word: as it stands in the unit, and unquoted. */
export interface UnitWord {
  readonly raw: string
  readonly text: string
}

/** What a unit's specifiers (systemd.unit(5)) are taken from. */
export interface UnitNames {
  /** `etcd.service` */
  readonly unit: string
  readonly host: string
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', s: ' ', r: '\r' }

/** Words in systemd's quoting: double and single quotes, C escapes. */
export function rawUnitWords(text: string): readonly UnitWord[] {
  const words: UnitWord[] = []
  let word: string | undefined
  let start = 0
  let quote = ''
  const end = (at: number) => {
    if (word !== undefined) words.push({ raw: text.slice(start, at), text: word })
    word = undefined
  }
  for (let at = 0; at < text.length; at += 1) {
    const letter = text[at] ?? ''
    if (word === undefined) start = at
    if (letter === '\\' && at + 1 < text.length) {
      at += 1
      const next = text[at] ?? ''
      word = `${word ?? ''}${ESCAPES[next] ?? next}`
    } else if (letter === quote) quote = ''
    else if (quote === '' && (letter === '"' || letter === "'")) {
      quote = letter
      word ??= ''
    } else if (quote === '' && /\s/.test(letter)) end(at)
    else word = `${word ?? ''}${letter}`
  }
  end(text.length)
  return words
}

export const unitWords = (text: string): readonly string[] =>
  rawUnitWords(text).map((word) => word.text)

/** `%n`, `%p`, `%H` and their like; what only the running system knows is UNRESOLVED. */
export function resolveSpecifiers(text: string, { unit, host }: UnitNames): string {
  const whole = unit.replace(/\.[a-z]+$/, '')
  const [prefix = '', ...instance] = whole.split('@')
  const known: Readonly<Record<string, string>> = {
    '%': '%',
    n: unit,
    N: whole,
    p: prefix,
    i: instance.join('@') || (whole.includes('@') ? UNRESOLVED : ''),
    j: prefix.split('-').at(-1) ?? '',
    H: host,
    l: host.split('.')[0] ?? '',
    E: '/etc',
    S: '/var/lib',
    C: '/var/cache',
    L: '/var/log',
    t: '/run',
    T: '/tmp',
    V: '/var/tmp',
  }
  return text.replaceAll(/%([A-Za-z%])/g, (_, letter: string) => known[letter] ?? UNRESOLVED)
}
