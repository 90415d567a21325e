import { createInterface } from 'node:readline/promises'
import { KeepError } from '../core/error.ts'
import { paint, visible, type Terminal } from '../core/terminal.ts'
import type { Progress } from '../ports/progress.ts'

/** A standard stream, as much of it as commands need. */
export interface Sink {
  write(text: string): unknown
  readonly isTTY?: boolean
  readonly columns?: number
}

/** What the shell around a command gives it. */
export interface Surroundings {
  readonly stdout: Sink
  readonly stderr: Sink
  readonly stdin?: NodeJS.ReadStream
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly signal: AbortSignal
}

/** https://no-color.org: any value but the empty one. */
export function terminalOf(sink: Sink, around: Surroundings, when = 'auto'): Terminal {
  const { NO_COLOR, TERM } = around.environment
  const auto = sink.isTTY === true && !NO_COLOR && TERM !== 'dumb'
  const colour = when === 'always' || (when === 'auto' && auto)
  return { width: Math.max(40, sink.columns ?? 80), colour }
}

const CLEAR = '\r\u001b[2K'

/** How often a step is told where no line can move. */
const PLAIN_MS = 1000

/** One line that moves on a terminal; elsewhere the step that has been going on for a second. `end` takes it away. */
export function progressOn(sink: Sink, around: Surroundings): Progress & { end(): void } {
  const moves = sink.isTTY === true && around.environment['TERM'] !== 'dumb'
  let shown = ''
  let waiting = ''
  let timer: NodeJS.Timeout | undefined
  const write = () => {
    if (waiting !== '' && waiting !== shown)
      sink.write(moves ? `${CLEAR}… ${waiting}` : `… ${waiting}\n`)
    shown = waiting
  }
  const clear = () => {
    clearInterval(timer)
    timer = undefined
    if (shown !== '' && moves) sink.write(CLEAR)
    shown = ''
    waiting = ''
  }
  return {
    step(text) {
      waiting = visible(text).slice(0, Math.max(20, (sink.columns ?? 80) - 4))
      timer ??= setInterval(write, moves ? 80 : PLAIN_MS).unref()
    },
    note(text) {
      clear()
      sink.write(`${visible(text)}\n`)
    },
    end: clear,
  }
}

/** A question to the person at the terminal; no is the answer of Enter. */
export async function ask(
  question: string,
  around: Surroundings,
  terminal: Terminal,
): Promise<boolean> {
  if (around.stdin?.isTTY !== true || around.stderr.isTTY !== true)
    throw new KeepError('usage', 'usage.confirm', 'nobody is here to confirm the plan', {
      hint: 'read the plan with --dry-run, then run again with --yes',
    })
  const lines = createInterface({ input: around.stdin, output: process.stderr })
  try {
    const prompt = `${paint(terminal, 'bold', visible(question))} [y/N] `
    const answer = await lines.question(prompt, { signal: around.signal })
    return /^y(es)?$/i.test(answer.trim())
  } finally {
    lines.close()
  }
}
