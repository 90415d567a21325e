import { existsSync } from 'node:fs'
import type { Finding } from '../../src/core/finding.ts'
import { silent } from '../../src/ports/progress.ts'
import { assess } from '../../src/posture/assess.ts'
import { controls } from '../../src/posture/controls/index.ts'
import { gather } from '../../src/posture/gather.ts'
import { needsOf } from '../../src/posture/select-controls.ts'
import { wire } from '../../src/wiring.ts'
import type { Ground } from './ground.ts'

/** What `check --pid … [--manifests …]` finds on the ground; only the controls named. */
export async function findingsOf(
  ground: Ground,
  pids: readonly number[],
  wanted: ReadonlySet<string>,
): Promise<readonly Finding[]> {
  const chosen = controls.filter((control) => wanted.has(control.id))
  const ports = wire()
  const seen = await gather(
    { ...ports, host: ports.host() },
    {
      needs: needsOf(chosen),
      probe: true,
      pids,
      endpoints: [],
      timeoutMs: 2000,
      manifests: existsSync(ground.path('manifests'))
        ? ground.path('manifests')
        : ground.path('none'),
    },
    silent,
    new AbortController().signal,
  )
  return assess(chosen, seen)
}
