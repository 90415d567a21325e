// What is kept from the YAML parser: its work grows with the square of the depth and of the mistakes in a text.

const LONGEST = 1024 * 1024
const DEEPEST = 100
const WIDEST = 400

/** YAML 1.2, 5.1: tab, line feed and carriage return alone. */
// oxlint-disable-next-line no-control-regex
const CONTROL = /[\0-\x08\x0b\x0c\x0e-\x1f]/

/** Where a line's content begins; blocks nested on one line repeat `- `, `? ` or `: ` before it. */
function startsTooDeep(line: string): boolean {
  const start = /^(?:[-?:]?[ \t])*/.exec(line.slice(0, WIDEST + 1))?.[0] ?? ''
  return start.length > WIDEST || start.replaceAll(/[ \t]/g, '').length > DEEPEST
}

/** Brackets that are open at once, or closed without having been opened. */
function bracketsTooDeep(text: string): boolean {
  let [depth, stray] = [0, 0]
  for (let at = 0; at < text.length; at += 1) {
    const character = text.codePointAt(at)
    if (character === 0x5b || character === 0x7b) depth += 1
    else if (character !== 0x5d && character !== 0x7d) continue
    else if (depth > 0) depth -= 1
    else stray += 1
    if (depth > DEEPEST || stray > DEEPEST) return true
  }
  return false
}

/** Why the text is no configuration that anybody meant; found in one pass over it. */
export function whyNoYaml(text: string): string | undefined {
  if (text.length > LONGEST) return 'it is longer than 1 MiB'
  if (CONTROL.test(text)) return 'it holds control characters'
  return bracketsTooDeep(text) || text.split('\n').some(startsTooDeep)
    ? 'it is nested too deep'
    : undefined
}

/** Throws a TypeError with the reason; to stand before a parser that is given foreign text. */
export function refuseNoYaml(text: string): void {
  const why = whyNoYaml(text)
  if (why !== undefined) throw new TypeError(why)
}
