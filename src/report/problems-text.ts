import { hang, paint, type Style, type Terminal, visible } from '../core/terminal.ts'

interface ProblemLike {
  readonly severity: 'problem' | 'notice'
  readonly message: string
  readonly hint?: string
}

const STYLES: Readonly<Record<ProblemLike['severity'], Style>> = {
  problem: 'red',
  notice: 'yellow',
}

/** What is wrong with a repository, one thing a line; a hint below the last of those that share it. */
export const problemLines = (
  problems: readonly ProblemLike[],
  terminal: Terminal,
): readonly string[] =>
  problems.flatMap(({ severity, message, hint }, index) => [
    hang(`${paint(terminal, STYLES[severity], `${severity}:`)} `, visible(message), terminal.width),
    ...(hint === undefined || problems[index + 1]?.hint === hint
      ? []
      : [hang('  ', visible(hint), terminal.width)]),
  ])
