/** Stable names of what can be wrong with a repository. */
export type ProblemCode =
  /** The object's bytes are not those that were signed. */
  | 'changed'
  /** Signed by a key that is not trusted: forged, or a key is missing in the configuration. */
  | 'untrusted'
  /** No object of this format. */
  | 'malformed'
  | 'too-large'
  /** Truly signed, but for another place: copied or renamed. */
  | 'misplaced'
  | 'missing'
  /** The newest are missing: something else has seen them. */
  | 'rolled-back'
  /** Truly signed, but not the one that others have seen. */
  | 'replaced'
  | 'data-missing'
  | 'data-length'
  | 'data-changed'
  | 'keys-missing'
  | 'keys-rolled-back'
  | 'key-wrong'
  | 'not-readable'
  | 'content-wrong'
  | 'future-dated'
  | 'clock-back'
  | 'anchor-unreadable'
  | 'anchor-absent'
  | 'unanchored'
  | 'no-snapshots'
  /** Nothing in the chain names it: left by an interrupted run, or put there by a stranger. */
  | 'stray'
  | 'unknown-name'
  | 'half-pruned'

/** Bad news about a repository, as a value. A notice is no sign of an attack or a loss. */
export interface Problem {
  readonly code: ProblemCode
  readonly severity: 'problem' | 'notice'
  /** Of the snapshot, where it is about one. */
  readonly sequence?: number
  readonly object?: string
  readonly message: string
  readonly hint?: string
}

export const problem = (
  code: ProblemCode,
  message: string,
  about: Partial<Problem> = {},
): Problem => ({
  code,
  severity: 'problem',
  message,
  ...about,
})
export const notice = (code: ProblemCode, message: string, about: Partial<Problem> = {}): Problem =>
  problem(code, message, { ...about, severity: 'notice' })

/** Problems before notices, each once. */
export function inOrder(problems: readonly Problem[]): readonly Problem[] {
  const once = new Map(problems.map((one) => [`${one.code} ${one.object ?? one.message}`, one]))
  return [...once.values()].toSorted(
    (a, b) => Number(a.severity === 'notice') - Number(b.severity === 'notice'),
  )
}
