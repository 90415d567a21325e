import { KeepError, messageOf } from '../core/error.ts'
import { hang, paint, visible, type Terminal } from '../core/terminal.ts'

/** Anything that was thrown as one of ours; what nobody expected is a bug, and says so without a stack trace. */
export function failureOf(thrown: unknown, signal: AbortSignal): KeepError {
  if (signal.aborted) return new KeepError('cancelled', 'cancelled', 'interrupted')
  if (thrown instanceof KeepError) return thrown
  return new KeepError('bug', 'bug', `this is a bug: ${messageOf(thrown)}`, {
    hint: 'run again with ETCDKEEP_DEBUG=1 and report what it prints',
    cause: thrown,
  })
}

export function errorText(error: KeepError, terminal: Terminal): string {
  const line = (style: 'red' | 'cyan', word: string, text: string) =>
    hang(`${paint(terminal, style, word)} `, visible(text), terminal.width)
  const first = line('red', 'error:', error.message)
  return error.hint === undefined ? first : `${first}\n${line('cyan', 'hint:', error.hint)}`
}

/** The stack, for whoever repairs it: only under ETCDKEEP_DEBUG. */
export function stackOf(error: KeepError): string {
  const cause = error.cause instanceof Error ? error.cause : error
  return cause.stack ?? ''
}

export const errorDocument = (error: KeepError): unknown => ({
  schema: 'etcdkeep.error/v1',
  error: error.toJSON(),
})
