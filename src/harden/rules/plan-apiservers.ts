// The parts of every kube-apiserver that dials a door that closes. Pure.
import { valueOf } from '../../core/fact.ts'
import { urls } from '../../effective/model.ts'
import { isPlain } from './member-flags.ts'
import { planApiserver } from './plan-apiserver.ts'
import type { PlanInput } from './plan-input.ts'
import { attempt, type Cas, type Planned, type Ways } from './plan-members.ts'
import { sourceOf } from './source.ts'
import type { Target } from './targets.ts'

/** Client URLs that will be https, as an API server may spell them. */
export const movedUrls = (targets: readonly Target[], ways: Ways): ReadonlySet<string> =>
  new Set(
    targets
      .filter((_, index) => ['new-ca', 'as-configured'].includes(ways.client[index] ?? 'stay'))
      .flatMap(({ launch }) => [
        ...urls(launch, 'listen-client-urls'),
        ...urls(launch, 'advertise-client-urls'),
      ])
      .filter(isPlain)
      .flatMap((url) => [url.replace(/\/$/, ''), url.replace(/\/\/[^/]*:/, '//127.0.0.1:')]),
  )

export function planApiservers(
  input: PlanInput,
  moved: ReadonlySet<string>,
  cas: Cas,
  newCa: boolean,
): Planned {
  const tried = input.observation.apiservers.flatMap((one) => {
    const launch = valueOf(one.declared)
    const source = sourceOf(input, launch)
    if (!launch || !source) return []
    const runs = one.running.known
    return [
      attempt(one.name, source, () =>
        planApiserver({ launch, source, runs, moved, ca: cas.client, newCa }),
      ),
    ]
  })
  return {
    parts: tried.flatMap(({ part }) => (part ? [part] : [])),
    manual: tried.flatMap(({ manual }) => manual),
  }
}
