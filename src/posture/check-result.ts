// The value that every format of `check` renders.
import { PRODUCT } from '../core/product.ts'
import { SEVERITIES, type Finding, type Severity, type Verdict } from '../core/finding.ts'
import type { Comparison } from './baseline.ts'
import type { Observation } from './observation.ts'
import { score } from './score.ts'
import type { WaiverReport } from './waivers.ts'

export interface CheckResult {
  readonly schema: 'etcdkeep.check/v1'
  readonly tool: { readonly name: string; readonly version: string }
  /** ISO 8601, as all times. */
  readonly startedAt: string
  readonly finishedAt: string
  readonly target: {
    readonly members: readonly string[]
    readonly apiservers: readonly string[]
    /** The layers that were actually read: `manifest`, `process`, `member`, `filesystem`, `keyspace`. */
    readonly sources: readonly string[]
  }
  readonly summary: {
    readonly pass: number
    readonly fail: number
    readonly unknown: number
    readonly notApplicable: number
    readonly waived: number
    /** 0–100, see score.ts. */
    readonly score: number
  }
  readonly findings: readonly Finding[]
  /** What could not be read while looking for members and API servers. */
  readonly troubles: readonly { readonly source: string; readonly why: string }[]
  /** Present with `--waivers`. */
  readonly waivers?: WaiverReport
  /** Present with `--baseline`. */
  readonly baseline?: Comparison
  /** What the exit code was decided by. */
  readonly policy: { readonly failOn: Severity | 'never'; readonly strict: boolean }
}

const count = (findings: readonly Finding[], verdict: Verdict) =>
  findings.filter((one) => one.verdict === verdict).length

function sources(seen: Observation): readonly string[] {
  const launched = [...seen.members, ...seen.apiservers]
  const asked = seen.members.some((one) => one.listeners.known || one.status.known)
  const layers: Readonly<Record<string, boolean>> = {
    manifest: launched.some((one) => one.declared.known),
    process: launched.some((one) => one.running.known),
    member: asked,
    filesystem: seen.files.length > 0 || launched.some((one) => one.certificates.length > 0),
    keyspace: seen.keyspace.known,
  }
  return Object.keys(layers).filter((layer) => layers[layer])
}

export interface Judged {
  readonly seen: Observation
  readonly findings: readonly Finding[]
  readonly finishedAt: Date
  readonly policy: CheckResult['policy']
  readonly waivers?: WaiverReport | undefined
  readonly baseline?: Comparison | undefined
}

export function checkResult(judged: Judged): CheckResult {
  const { seen, findings, finishedAt, policy, waivers, baseline } = judged
  const target = {
    members: seen.members.map((one) => one.name),
    apiservers: seen.apiservers.map((one) => one.name),
    sources: sources(seen),
  }
  return {
    schema: 'etcdkeep.check/v1',
    tool: PRODUCT,
    startedAt: seen.at,
    finishedAt: finishedAt.toISOString(),
    target,
    summary: {
      pass: count(findings, 'pass'),
      fail: count(findings, 'fail'),
      unknown: count(findings, 'unknown'),
      notApplicable: count(findings, 'not-applicable'),
      waived: count(findings, 'waived'),
      score: nobodyFound({ target }) ? 0 : score(findings),
    },
    findings,
    troubles: seen.troubles,
    ...(waivers && { waivers }),
    ...(baseline && { baseline }),
    policy,
  }
}

/** Nobody was found to judge: then nothing that passed says anything about a cluster. */
export const nobodyFound = ({ target }: Pick<CheckResult, 'target'>): boolean =>
  target.members.length === 0 &&
  target.apiservers.length === 0 &&
  !target.sources.includes('keyspace')

/** Failing findings at or above the severity that the policy names. */
export function failing({ findings, policy }: CheckResult): readonly Finding[] {
  const worst = policy.failOn === 'never' ? -1 : SEVERITIES.indexOf(policy.failOn)
  return findings.filter(
    (one) => one.verdict === 'fail' && SEVERITIES.indexOf(one.severity) <= worst,
  )
}

/** Whoever was found or named could not be looked at in any way. */
const nothingSeen = ({ summary }: CheckResult): boolean =>
  summary.unknown > 0 && summary.pass + summary.fail + summary.waived === 0

/** 1 for failing findings, 3 where nothing could be looked at, or under `--strict` where something stayed unknown. */
export function exitOf(result: CheckResult): 0 | 1 | 3 {
  if (failing(result).length > 0) return 1
  if (nobodyFound(result) || nothingSeen(result)) return 3
  const open = result.summary.unknown + result.troubles.length
  return result.policy.strict && open > 0 ? 3 : 0
}
