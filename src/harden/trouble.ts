// What keeps a gate shut, and what a person does about it.
export interface Trouble {
  readonly kind: 'down' | 'leader' | 'behind' | 'alarm' | 'learner' | 'data' | 'other'
  /** Whose it is; absent for the cluster's. */
  readonly member?: string
  readonly text: string
}

const HINTS: Readonly<Record<Trouble['kind'], string>> = {
  down: 'start the member, or take it out of the member list',
  leader: 'see that the members reach each other',
  behind: 'wait until it has caught up',
  alarm:
    'free what raised it (NOSPACE: compact and defragment; CORRUPT: replace that member) and disarm it with `etcdctl alarm disarm`',
  learner: 'promote it with `etcdctl member promote`, or remove it',
  data: 'find out which member is wrong and replace it',
  other: 'bring the cluster to health',
}

export function hintFor(troubles: readonly Trouble[]): string {
  const ways = [...new Set(troubles.map(({ kind }) => HINTS[kind]))]
  return `Nothing more was changed: ${ways.join('; ')}; then run harden again.`
}

const NEVER_OWN: ReadonlySet<Trouble['kind']> = new Set(['alarm', 'learner', 'data'])

/** Whether the change to a member may be to blame, so that putting it back may help. */
export const isOwn =
  (name: string) =>
  ({ kind, member }: Trouble): boolean =>
    !NEVER_OWN.has(kind) && (member === undefined || member === name)
