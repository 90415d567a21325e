import type { Terminal } from '../core/terminal.ts'
import type { Ports } from '../ports/ports.ts'
import type { Progress } from '../ports/progress.ts'
import type { Flags, FlagValues } from './flags.ts'

export interface Context {
  readonly ports: Ports
  /** Aborts on SIGINT and SIGTERM. */
  readonly signal: AbortSignal
  /** On standard error; the result alone goes to standard output. */
  readonly progress: Progress
  readonly terminal: Terminal
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Shows text to a person before the result, on standard error: a plan that is about to be confirmed. */
  show(text: string): void
  /** Asks yes or no on the terminal; throws `usage` where nobody can answer. */
  confirm(question: string): Promise<boolean>
}

export interface Input<F extends Flags> {
  readonly flags: FlagValues<F>
  readonly positionals: readonly string[]
}

export interface Positional {
  /** As the help page shows it: `CONTROL`. */
  readonly name: string
  readonly help: string
  readonly required?: boolean
  readonly repeated?: boolean
}

export interface CommandOf<F extends Flags, R> {
  /** One line, no full stop. */
  readonly summary: string
  /** A paragraph or two for the help page. */
  readonly description?: string
  /** Command lines that work, without `etcdkeep`, and what each is for. */
  readonly examples: readonly { readonly run: string; readonly what: string }[]
  readonly flags: F
  readonly positionals?: readonly Positional[]
  /** Formats beside text, json and yaml. */
  readonly formats?: Readonly<Record<string, (result: R) => string>>
  /** Does the work and returns data; never prints. Durations in `input` are milliseconds. */
  run(input: Input<F>, context: Context): Promise<R>
  /** The result for people, without a line break at the end. */
  text(result: R, terminal: Terminal): string
  /** 0 fine (default); 1 bad news that was asked for; 3 something was unavailable. */
  exit?(result: R): 0 | 1 | 3
}

/** A command, its flag and result types checked and then forgotten. */
export type Command = CommandOf<Flags, unknown>

export const defineCommand = <const F extends Flags, R>(command: CommandOf<F, R>): Command =>
  command as unknown as Command
