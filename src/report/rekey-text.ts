import { hang, paint, type Terminal } from '../core/terminal.ts'
import type { Problem } from '../repository/problem.ts'
import { problemLines } from './problems-text.ts'

interface Rekeying {
  readonly snapshots: readonly {
    readonly sequence: number
    readonly outcome: 'wrapped' | 'same' | 'failed'
    readonly generation?: number
    readonly older: readonly number[]
  }[]
  readonly problems: readonly Problem[]
}

const OUTCOMES = {
  wrapped: 'wrapped anew',
  same: 'is for these readers already',
  failed: 'not rekeyed',
}

export function rekeyText({ snapshots, problems }: Rekeying, terminal: Terminal): string {
  const bad = problemLines(problems, terminal)
  const lines = snapshots.map(({ sequence, outcome, generation, older }) => {
    const word =
      outcome === 'failed' ? paint(terminal, 'red', 'bad ') : paint(terminal, 'green', 'good')
    const which = generation === undefined ? '' : `, generation ${generation}`
    const left = older.length === 0 ? '' : `; generation ${older.join(', ')} is still in the store`
    return `${word}  snapshot ${sequence} ${OUTCOMES[outcome]}${which}${left}`
  })
  const still = snapshots.some(({ older }) => older.length > 0)
  const warning = still
    ? 'Who had a key for an older generation can still read it: --remove-old removes those.'
    : 'Who copied an older generation, and has its key, can still read that snapshot: rekeying takes nothing back.'
  return [
    ...bad,
    ...(bad.length > 0 ? [''] : []),
    ...lines,
    '',
    hang('', warning, terminal.width),
  ].join('\n')
}
