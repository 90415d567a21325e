import { hang, paint, type Terminal, visible } from '../core/terminal.ts'
import type { Problem } from '../repository/problem.ts'
import { problemLines } from './problems-text.ts'

interface Explained {
  readonly verdicts: readonly {
    readonly sequence: number
    readonly keep: boolean
    readonly why: readonly string[]
  }[]
  readonly leftovers: readonly string[]
}

interface Pruned extends Explained {
  readonly refused: readonly string[]
  readonly applied: boolean
  readonly problems: readonly Problem[]
}

/** A line for each snapshot: whether it stays, and why. */
export const pruneLines = (
  { verdicts, leftovers }: Explained,
  terminal: Terminal,
): readonly string[] => [
  ...verdicts.map(({ sequence, keep, why }) => {
    const word = keep ? 'keep  ' : paint(terminal, 'yellow', 'remove')
    return hang(`${word}  snapshot ${sequence}: `, visible(why.join(', ')), terminal.width)
  }),
  ...leftovers.map((one) => hang('remove  ', visible(one), terminal.width)),
]

export function pruneText(result: Pruned, terminal: Terminal): string {
  const { verdicts, refused, applied, problems } = result
  const bad = problemLines(problems, terminal)
  const going = verdicts.filter(({ keep }) => !keep).length
  const left = verdicts.length - going
  const end =
    refused.length > 0
      ? [
          paint(terminal, 'red', 'nothing is removed while this stands:'),
          ...refused.map((why) => hang('  ', visible(why), terminal.width)),
        ]
      : [
          applied
            ? `${going} removed, ${left} left`
            : `${going} would be removed, ${left} would stay`,
        ]
  return [
    ...bad,
    ...(bad.length > 0 ? [''] : []),
    ...pruneLines(result, terminal),
    '',
    ...end,
  ].join('\n')
}
