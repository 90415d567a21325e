import { paint, type Terminal } from '../core/terminal.ts'
import type { Problem } from '../repository/problem.ts'
import { problemLines } from './problems-text.ts'
import { showSize } from './units-text.ts'

interface Verified {
  readonly snapshots: readonly {
    readonly sequence: number
    readonly depth: 'stored' | 'opened'
    readonly bytes: number
    readonly recorded: boolean
    readonly problems: readonly Problem[]
  }[]
  readonly skipped: readonly number[]
  readonly problems: readonly Problem[]
}

const DEPTHS = {
  stored: 'the sealed bytes are those that were signed',
  opened: 'every byte opened, and a sound database',
}

function line(one: Verified['snapshots'][number], terminal: Terminal): string {
  const bad = one.problems.some(({ severity }) => severity === 'problem')
  const verdict = bad ? paint(terminal, 'red', 'bad ') : paint(terminal, 'green', 'good')
  const what = bad ? 'see above' : DEPTHS[one.depth]
  const recorded = one.recorded ? ', recorded' : ''
  return `${verdict}  snapshot ${one.sequence}, ${showSize(one.bytes)}: ${what}${recorded}`
}

/** Bad news first, then a line for each snapshot. */
export function verifyText({ snapshots, skipped, problems }: Verified, terminal: Terminal): string {
  const bad = problemLines(problems, terminal)
  const left =
    skipped.length === 0 ? [] : [`left out, verified not long ago: ${skipped.join(', ')}`]
  return [
    ...bad,
    ...(bad.length > 0 ? [''] : []),
    ...snapshots.map((one) => line(one, terminal)),
    ...left,
  ].join('\n')
}
