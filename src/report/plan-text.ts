// A hardening plan, and what became of it, for people.
interface Shown {
  readonly steps: readonly string[]
  readonly diffs: readonly { readonly patch: string }[]
  readonly manual: readonly {
    readonly control: string
    readonly subject: string
    readonly why: string
    readonly steps: readonly string[]
  }[]
  readonly warnings: readonly string[]
  readonly outcome?: {
    readonly as: string
    readonly done: readonly string[]
    readonly step?: string
    readonly why?: string
    readonly commands?: readonly string[]
  }
}

const section = (title: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : [title, ...lines.map((line) => `  ${line}`), '']

const indent = (line: string): string => `  ${line}`

export function planText(plan: Shown): string {
  const { outcome } = plan
  const lines = [
    ...(outcome ? [] : plan.diffs.flatMap(({ patch }) => [patch, ''])),
    ...section(
      outcome ? 'Planned' : 'Steps',
      plan.steps.map((title, index) => `${index + 1}. ${title}`),
    ),
    ...section('Mind', plan.warnings),
    ...section(
      'For you to decide',
      plan.manual.flatMap((one) => [
        `${one.control} of ${one.subject}: ${one.why}`,
        ...one.steps.map((step) => `  ${step}`),
      ]),
    ),
    ...(plan.steps.length === 0 ? ['There is nothing that harden would change.'] : []),
    ...(outcome?.as === 'applied'
      ? [`All ${outcome.done.length} steps are done, and what they repair was proven.`]
      : []),
    ...(outcome?.as === 'rolled-back'
      ? [
          `Taken back: ${outcome.step ?? ''}`,
          `  ${outcome.why ?? ''}`,
          `${outcome.done.length} steps before it stand; nothing after it was touched.`,
          ...(outcome.commands
            ? ['The old process comes back with:', ...outcome.commands.map(indent)]
            : []),
        ]
      : []),
    ...(outcome?.as === 'waiting'
      ? [
          `Waiting for you: ${outcome.step ?? ''}`,
          ...(outcome.commands ?? []).map(indent),
          'Then run harden again: it proves this step and goes on.',
        ]
      : []),
  ]
  return lines.join('\n').trimEnd()
}
