import { type Terminal, visible } from '../core/terminal.ts'
import type { Problem } from '../repository/problem.ts'
import { problemLines } from './problems-text.ts'

interface Synced {
  readonly copies: readonly {
    readonly name: string
    readonly copied: readonly string[]
    readonly removed: readonly string[]
  }[]
  readonly problems: readonly Problem[]
}

export const syncText = ({ copies, problems }: Synced, terminal: Terminal): string =>
  [
    ...problemLines(problems, terminal),
    ...copies.map(
      ({ name, copied, removed }) =>
        `${visible(name)}: ${copied.length} objects copied, ${removed.length} removed`,
    ),
  ].join('\n')
