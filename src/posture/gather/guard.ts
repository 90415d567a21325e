import { messageOf } from '../../core/error.ts'
import type { Progress } from '../../ports/progress.ts'
import type { Trouble } from './trouble.ts'

/** Runs one part of gathering; a failure is noted and `otherwise` stands in for the part. */
export type Part = <T>(name: string, otherwise: T, look: () => Promise<T>) => Promise<T>

/** Only an aborted signal gets through: everything else costs its own part alone. */
export function guarded(troubles: Trouble[], progress: Progress, signal: AbortSignal): Part {
  return async (name, otherwise, look) => {
    signal.throwIfAborted()
    progress.step(name)
    try {
      return await look()
    } catch (thrown) {
      signal.throwIfAborted()
      troubles.push({ source: name, why: messageOf(thrown) })
      return otherwise
    }
  }
}
