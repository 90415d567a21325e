// Arguments as Go's `flag` package reads them (flag.FlagSet.Parse), which is how etcd reads its own.

export type FlagKind = 'bool' | 'value'

/** One flag as it was given; `value` undefined where it needs one and none follows. */
export interface GivenFlag {
  readonly name: string
  readonly value: string | undefined
  readonly known: boolean
}

export interface GivenFlags {
  readonly flags: readonly GivenFlag[]
  /** Arguments that belong to no flag: where Go stops. */
  readonly rest: readonly string[]
  /** The flag before the first of them. */
  readonly behind?: string
}

const TRUE = new Set(['1', 't', 'T', 'TRUE', 'true', 'True'])
const FALSE = new Set(['0', 'f', 'F', 'FALSE', 'false', 'False'])

/** Go's strconv.ParseBool; undefined for anything else, which stops the program. */
export function parseBool(text: string): boolean | undefined {
  if (TRUE.has(text)) return true
  return FALSE.has(text) ? false : undefined
}

const isFlag = (argument: string) => argument.length > 1 && argument.startsWith('-')

/**
 * Reads `-x`, `--x`, `-x=v`, `--x v`; a boolean never takes the next argument; `--` ends it. A flag
 * that is not known stops Go, and so does an argument that is no flag; here they are noted and reading
 * goes on, so that what was meant can be told too.
 */
export function parseGoFlags(
  argv: readonly string[],
  kindOf: (name: string) => FlagKind | undefined,
): GivenFlags {
  const flags: GivenFlag[] = []
  const rest: string[] = []
  let behind: string | undefined
  for (let at = 0; at < argv.length; at += 1) {
    const argument = argv[at] ?? ''
    if (!isFlag(argument) || argument === '--') {
      if (rest.length === 0) behind = flags.at(-1)?.name
      if (argument !== '--') rest.push(argument)
      else rest.push(...argv.slice(at + 1))
      if (argument === '--') break
      continue
    }
    const body = argument.replace(/^--?/, '')
    const equals = body.indexOf('=', 1)
    const name = equals < 0 ? body : body.slice(0, equals)
    const kind = kindOf(name)
    const known = kind !== undefined
    if (equals >= 0) flags.push({ name, value: body.slice(equals + 1), known })
    else if (kind === 'bool') flags.push({ name, value: 'true', known })
    else {
      const next = argv[at + 1]
      const takes = next !== undefined && (known || !isFlag(next))
      flags.push({ name, value: takes ? next : undefined, known })
      if (takes) at += 1
    }
  }
  return { flags, rest, ...(behind !== undefined && { behind }) }
}
