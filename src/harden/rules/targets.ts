// The members that a plan can change: those whose manifest or unit could be read. Pure.
import { valueOf } from '../../core/fact.ts'
import type { Finding } from '../../core/finding.ts'
import { hostPath } from '../../effective/model.ts'
import type { Member } from '../../posture/observation.ts'
import type { Standing } from './doors.ts'
import type { PlanInput } from './plan-input.ts'
import { sourceOf, type Manifest, type Source } from './source.ts'

export interface Target extends Standing {
  readonly member: Member
  readonly source: Source
  readonly config?: Manifest & { readonly path: string }
}

const failedOf = (findings: readonly Finding[], name: string): ReadonlySet<string> =>
  new Set(
    findings
      .filter(
        (one) =>
          one.verdict === 'fail' && one.subject.kind === 'member' && one.subject.name === name,
      )
      .map((one) => one.control),
  )

function allTargets(input: PlanInput): readonly Target[] {
  return input.observation.members.flatMap((member) => {
    const launch = valueOf(member.declared)
    const source = sourceOf(input, launch)
    if (!launch || !source) return []
    const path = launch.configFile === undefined ? undefined : hostPath(launch, launch.configFile)
    const config = path === undefined ? undefined : input.manifests.get(path)
    return [
      {
        member,
        launch,
        source,
        ...(path !== undefined && config && { config: { ...config, path } }),
        failed: failedOf(input.findings, member.name),
      },
    ]
  })
}

/** Followers first and leader last; unknown ones in between. */
const leadersLast = (targets: readonly Target[]): readonly Target[] =>
  targets.toSorted(
    (a, b) =>
      Number(valueOf(a.member.status)?.isLeader) - Number(valueOf(b.member.status)?.isLeader) || 0,
  )

export const targetsOf = (input: PlanInput): readonly Target[] => leadersLast(allTargets(input))
