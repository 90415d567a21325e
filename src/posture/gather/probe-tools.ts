import type { Prober } from '../../ports/prober.ts'

export interface ProbeTools {
  readonly prober: Prober
  readonly now: () => Date
  readonly signal?: AbortSignal
}
