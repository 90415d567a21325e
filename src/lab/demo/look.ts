// `check`, as the demonstration runs it.
import type { Ports } from '../../ports/ports.ts'
import { type Progress } from '../../ports/progress.ts'
import { assess } from '../../posture/assess.ts'
import { type CheckResult, checkResult } from '../../posture/check-result.ts'
import type { Control } from '../../posture/control.ts'
import { controls } from '../../posture/controls/index.ts'
import { gather } from '../../posture/gather.ts'
import type { Credentials } from '../../posture/gather/options.ts'
import type { Observation } from '../../posture/observation.ts'
import { needsOf } from '../../posture/select-controls.ts'

export interface LookOptions {
  readonly manifests: string
  readonly pids: readonly number[]
  readonly credentials?: Credentials
  /** All where left out. */
  readonly controls?: readonly string[]
  readonly progress: Progress
  readonly signal: AbortSignal
}

export interface Seen {
  readonly observation: Observation
  readonly result: CheckResult
}

export async function look(ports: Ports, options: LookOptions): Promise<Seen> {
  const chosen: readonly Control[] = options.controls
    ? controls.filter(({ id }) => options.controls?.includes(id))
    : controls
  const { manifests, pids, credentials } = options
  const observation = await gather(
    { ...ports, host: ports.host() },
    {
      needs: needsOf(chosen),
      probe: true,
      manifests,
      pids,
      endpoints: [],
      timeoutMs: 5_000,
      ...(credentials && { credentials }),
    },
    options.progress,
    options.signal,
  )
  const result = checkResult({
    seen: observation,
    findings: assess(chosen, observation),
    finishedAt: ports.clock.now(),
    policy: { failOn: 'high', strict: false },
  })
  return { observation, result }
}
