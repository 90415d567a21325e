// Text for people: what the terminal can show, and words laid out to fit it.
import { stripVTControlCharacters, styleText } from 'node:util'

/** Where text will be read. */
export interface Terminal {
  /** In columns. */
  readonly width: number
  readonly colour: boolean
}

export const PLAIN: Terminal = { width: 80, colour: false }

export type Style = Extract<Parameters<typeof styleText>[0], string>

export const paint = (terminal: Terminal, style: Style, text: string): string =>
  terminal.colour ? styleText(style, text, { validateStream: false }) : text

/**
 * Text with every control, format and line-breaking character spelled out (`\u{1b}`): names and
 * certificates are foreign, and may hold escape sequences that would rewrite what the reader sees.
 */
export const visible = (text: string): string =>
  text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0
    return `\\u{${code.toString(16)}}`
  })

const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u
const ZERO = /\p{Mn}|\p{Me}|\u200d/u

/** Columns that the text takes: East Asian characters take two, combining marks and escape sequences none. */
export const columns = (text: string): number =>
  Array.from(stripVTControlCharacters(text)).reduce(
    (sum, character) => sum + (ZERO.test(character) ? 0 : WIDE.test(character) ? 2 : 1),
    0,
  )

export const pad = (text: string, width: number): string =>
  text + ' '.repeat(Math.max(0, width - columns(text)))

/** A word longer than the line, cut; after a separator where there is one near the end. */
function cut(word: string, width: number): readonly string[] {
  const pieces: string[] = []
  let rest = word
  while (columns(rest) > width) {
    let end = 0
    let used = 0
    for (const character of rest) {
      used += columns(character)
      if (used > width) break
      end += character.length
    }
    const separator = rest.slice(0, end).search(/[/,;:=][^/,;:=]*$/)
    const at = separator > end / 2 ? separator + 1 : Math.max(end, 1)
    pieces.push(rest.slice(0, at))
    rest = rest.slice(at)
  }
  return [...pieces, rest]
}

/** The text in lines of at most `width` columns. */
export function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(/ +/).flatMap((one) => cut(one, width))) {
    const longer = line === '' ? word : `${line} ${word}`
    if (columns(longer) <= width) line = longer
    else {
      lines.push(line)
      line = word
    }
  }
  return [...lines, line]
}

/** The text wrapped, its first line after `first`, the others indented as far. */
export function hang(first: string, text: string, width: number): string {
  const indent = columns(first)
  return wrap(text, Math.max(20, width - indent))
    .map((line, index) => (index === 0 ? first : ' '.repeat(indent)) + line)
    .join('\n')
}
