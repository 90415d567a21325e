/** What follows the flag, and how it is read. A `list` may be repeated or written with commas. */
export type FlagType = 'boolean' | 'string' | 'number' | 'duration' | 'list' | 'numbers'

export interface Flag {
  readonly type: FlagType
  /** One clause; the default and the choices are added by the help page. */
  readonly help: string
  /** What stands for the value in the help page: `FILE`. */
  readonly value?: string
  readonly short?: string
  readonly choices?: readonly string[]
  /** As the user would write it. */
  readonly default?: string
}

export type Flags = Readonly<Record<string, Flag>>

type Read<F extends Flag> = F['type'] extends 'boolean'
  ? boolean
  : F['type'] extends 'list'
    ? readonly string[]
    : F['type'] extends 'numbers'
      ? readonly number[]
      : F['type'] extends 'number' | 'duration'
        ? number
        : F extends { choices: readonly (infer C)[] }
          ? C
          : string

type Always = { type: 'boolean' | 'list' | 'numbers' } | { default: string }

/** The parsed flags of a command; durations in milliseconds. */
export type FlagValues<F extends Flags> = {
  readonly [K in keyof F]: F[K] extends Always ? Read<F[K]> : Read<F[K]> | undefined
}

/** Of every command that takes defaults for its flags from a configuration. */
export const CONFIG_FLAG = {
  config: {
    type: 'string',
    value: 'FILE',
    help: 'defaults of these flags; else $ETCDKEEP_CONFIG, ./etcdkeep.yaml, /etc/etcdkeep/etcdkeep.yaml',
  },
} as const satisfies Flags

/** Flags that every command has. */
export const GLOBAL_FLAGS = {
  output: {
    type: 'string',
    short: 'o',
    value: 'FORMAT',
    help: 'text, json, yaml',
    default: 'text',
  },
  color: {
    type: 'string',
    value: 'WHEN',
    help: 'colours and progress; NO_COLOR is honoured',
    choices: ['auto', 'always', 'never'],
    default: 'auto',
  },
  help: { type: 'boolean', short: 'h', help: 'this page' },
} as const satisfies Flags
