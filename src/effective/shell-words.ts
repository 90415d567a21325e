// The words of a POSIX shell script, as far as they can be told without running it.
import { UNRESOLVED } from './unresolved.ts'

/** Words of one simple command; `assigns` marks words of the form NAME=value. */
export type Words = readonly string[]

export interface Variables {
  /** `undefined` = not known here. */
  readonly get: (name: string) => string | undefined
  /** `$1`, `$2`, … */
  readonly parameters: readonly string[]
}

const SEPARATOR = new Set([';', '&', '|', '(', ')', '\n'])

class Scanner {
  readonly commands: string[][] = []
  #words: string[] = []
  #word = ''
  #open = false
  #skipNext = false
  #at = 0
  readonly #text: string
  readonly #variables: Variables

  constructor(text: string, variables: Variables) {
    this.#text = text
    this.#variables = variables
  }

  #endWord(): void {
    if (this.#open && !this.#skipNext) this.#words.push(this.#word)
    if (this.#open) this.#skipNext = false
    this.#word = ''
    this.#open = false
  }

  #endCommand(): void {
    this.#endWord()
    if (this.#words.length > 0) this.commands.push(this.#words)
    this.#words = []
  }

  #add(text: string): void {
    this.#word += text
    this.#open = true
  }

  /** The value of an expansion, whose `$` was just read. */
  #expand(): readonly string[] {
    const rest = this.#text.slice(this.#at)
    const { get, parameters } = this.#variables
    const name = /^\{?([A-Za-z_]\w*)\}?/.exec(rest)
    const plain = /^\{([A-Za-z_]\w*)\}|^([A-Za-z_]\w*)/.exec(rest)
    if (plain) {
      this.#at += plain[0].length
      return [get(plain[1] ?? plain[2] ?? '') ?? UNRESOLVED]
    }
    const numbered = /^(\d)|^\{(\d+)\}|^[@*]/.exec(rest)
    if (numbered) {
      this.#at += numbered[0].length
      const index = numbered[1] ?? numbered[2]
      if (index === undefined) return parameters
      return [index === '0' ? UNRESOLVED : (parameters[Number(index) - 1] ?? '')]
    }
    if (rest.startsWith('(') || rest.startsWith('{') || name) {
      this.#skipNested()
      return [UNRESOLVED]
    }
    if (/^[#?$!-]/.test(rest)) {
      this.#at += 1
      return [UNRESOLVED]
    }
    return ['$']
  }

  #skipNested(): void {
    let depth = 0
    for (; this.#at < this.#text.length; this.#at += 1) {
      const letter = this.#text[this.#at] ?? ''
      if ('({'.includes(letter)) depth += 1
      if (')}'.includes(letter)) depth -= 1
      if (depth === 0) {
        this.#at += 1
        return
      }
    }
  }

  #backquote(): void {
    const end = this.#text.indexOf('`', this.#at)
    this.#at = end < 0 ? this.#text.length : end + 1
    this.#add(UNRESOLVED)
  }

  #double(): void {
    this.#open = true
    while (this.#at < this.#text.length) {
      const letter = this.#text[this.#at] ?? ''
      this.#at += 1
      if (letter === '"') return
      if (letter === '\\') this.#escape('$`"\\\n')
      else if (letter === '`') this.#backquote()
      else if (letter === '$') this.#addSeparately(this.#expand())
      else this.#add(letter)
    }
  }

  #addSeparately(values: readonly string[]): void {
    for (const [index, value] of values.entries()) {
      if (index > 0) this.#endWord()
      this.#add(value)
    }
  }

  #escape(special: string | undefined): void {
    const next = this.#text[this.#at] ?? ''
    if (special !== undefined && !special.includes(next)) this.#add('\\')
    else {
      this.#at += 1
      if (next !== '\n') this.#add(next)
    }
  }

  #single(): void {
    const end = this.#text.indexOf("'", this.#at)
    this.#add(this.#text.slice(this.#at, end < 0 ? undefined : end))
    this.#at = end < 0 ? this.#text.length : end + 1
  }

  #unquotedExpansion(): void {
    const split = this.#expand().flatMap((value) => value.split(/[ \t\n]+/))
    this.#addSeparately(split)
  }

  #redirect(): void {
    if (/^\d$/.test(this.#word)) {
      this.#word = ''
      this.#open = false
    }
    this.#endWord()
    const operator = /^[<>&|]*-?/.exec(this.#text.slice(this.#at))?.[0] ?? ''
    this.#at += operator.length
    this.#skipNext = !operator.endsWith('-')
  }

  run(): readonly Words[] {
    while (this.#at < this.#text.length) {
      const letter = this.#text[this.#at] ?? ''
      this.#at += 1
      if (letter === ' ' || letter === '\t') this.#endWord()
      else if (SEPARATOR.has(letter)) this.#endCommand()
      else if (letter === '#' && !this.#open) this.#comment()
      else if (letter === '\\') this.#escape(undefined)
      else if (letter === "'") this.#single()
      else if (letter === '"') this.#double()
      else if (letter === '`') this.#backquote()
      else if (letter === '$') this.#unquotedExpansion()
      else if (letter === '<' || letter === '>') this.#redirect()
      else this.#add(letter)
    }
    this.#endCommand()
    return this.commands
  }

  #comment(): void {
    const end = this.#text.indexOf('\n', this.#at)
    this.#at = end < 0 ? this.#text.length : end
  }
}

/** Every simple command of a script as words; what only a running shell knows is UNRESOLVED. Never throws. */
export const shellCommands = (text: string, variables: Variables): readonly Words[] =>
  new Scanner(text, variables).run()
