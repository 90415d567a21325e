import type { Terminal } from '../core/terminal.ts'
import type { Problem } from '../repository/problem.ts'
import { problemLines } from './problems-text.ts'

interface Hold {
  readonly kind: 'held' | 'released'
  readonly snapshots: readonly number[]
  readonly unchanged: readonly number[]
  readonly problems: readonly Problem[]
}

export function holdText(
  { kind, snapshots, unchanged, problems }: Hold,
  terminal: Terminal,
): string {
  const said = (numbers: readonly number[], what: string) =>
    numbers.length === 0 ? [] : [`snapshot ${numbers.join(', ')}: ${what}`]
  return [
    ...problemLines(problems, terminal),
    ...said(snapshots, kind),
    ...said(unchanged, kind === 'held' ? 'was held already' : 'was not held'),
  ].join('\n')
}
