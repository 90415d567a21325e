// The command of a systemd unit, changed word by word: what is not meant keeps its variables and specifiers.
import { isBooleanFlag } from './boolean-flags.ts'
import type { FlagChanges } from './model.ts'

/** One word of a unit, and the arguments that it stands for once variables are put in: none, one or several. */
export interface UnitItem {
  readonly raw: string
  readonly words: readonly string[]
}

interface Flat {
  /** Undefined once it is taken away. */
  text: string | undefined
  readonly item: number
}

/** A word as systemd reads it back: quotes, `\`, `%` and `$` escaped (systemd.syntax(7), systemd.service(5)). */
export function quoteUnitWord(text: string): string {
  const escaped = text
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    .replaceAll('\n', '\\n')
    .replaceAll('\t', '\\t')
    .replaceAll('%', '%%')
    .replaceAll('$', '$$$$')
  return /^[\w./:=,@%+$[\]-]+$/.test(escaped) ? escaped : `"${escaped}"`
}

const flagOf = (argument: string) => {
  const match = /^--?([A-Za-z][\w.-]*)(=[\s\S]*)?$/.exec(argument)
  return match?.[1] === undefined
    ? undefined
    : { name: match[1].replaceAll('_', '-'), joined: match[2] !== undefined }
}

/** The last one counts for the program: earlier repetitions go, the last is replaced where it stands. */
function setFlag(flat: Flat[], touched: Set<number>, name: string, value: string | undefined) {
  let done = value === undefined
  for (let at = flat.length - 1; at >= 0; at -= 1) {
    const one = flat[at]
    const flag = flagOf(one?.text ?? '')
    if (!one || flag?.name !== name) continue
    const next = flat[at + 1]
    const follows =
      !flag.joined && !isBooleanFlag(name) && next?.text !== undefined && !next.text.startsWith('-')
    if (next && follows) {
      next.text = undefined
      touched.add(next.item)
    }
    one.text = done ? undefined : `--${name}=${value}`
    touched.add(one.item)
    done = true
  }
  if (!done) {
    const item = (flat.at(-1)?.item ?? 0) + 1
    flat.push({ text: `--${name}=${value}`, item })
    touched.add(item)
  }
}

const mentions = (raw: string, names: ReadonlySet<string>): boolean =>
  [...raw.matchAll(/\$\{?([A-Za-z_]\w*)/g)].some(([, name = '']) => names.has(name))

/**
 * The items behind the program with the flags changed: their new words as a unit has them, and the arguments that
 * come of it. Words that use one of the variables `gone` get its value.
 */
export function changeCommand(
  items: readonly UnitItem[],
  flags: FlagChanges,
  gone: ReadonlySet<string>,
): { readonly words: readonly string[]; readonly argv: readonly string[] } {
  const flat: Flat[] = items.flatMap(({ words }, item) => words.map((text) => ({ text, item })))
  const touched = new Set<number>()
  for (const [name, value] of Object.entries(flags)) setFlag(flat, touched, name, value)
  const last = Math.max(items.length - 1, ...flat.map(({ item }) => item))
  const argvOf = (item: number) =>
    flat.flatMap((one) => (one.item === item && one.text !== undefined ? [one.text] : []))
  const words = Array.from({ length: last + 1 }, (_, item) => {
    const raw = items[item]?.raw
    if (raw !== undefined && !touched.has(item) && !mentions(raw, gone)) return [raw]
    return argvOf(item).map(quoteUnitWord)
  })
  return { words: words.flat(), argv: flat.flatMap(({ text }) => text ?? []) }
}
