// Accepted failures: bound to one finding's evidence, owned, explained, and over on a day.
import { parse } from 'yaml'
import { z } from 'zod'
import { KeepError, messageOf } from '../core/error.ts'
import type { Finding } from '../core/finding.ts'
import { refuseNoYaml } from '../core/foreign-yaml.ts'

const waiver = z.strictObject({
  fingerprint: z.string().regex(/^[0-9a-f]{32}$/, 'must be the fingerprint of a finding'),
  control: z.string().min(1).optional(),
  owner: z.string().min(1),
  reason: z.string().min(1),
  /** The last day on which it holds, UTC. */
  expires: z.iso.date(),
})
const file = z.union([z.array(waiver), z.strictObject({ waivers: z.array(waiver) })])

export type Waiver = z.infer<typeof waiver>

export interface WaiverReport {
  readonly applied: number
  /** These do not waive anything any more. */
  readonly expired: readonly Waiver[]
  /** No failing finding has this fingerprint: repaired, or failing in another way. */
  readonly unmatched: readonly Waiver[]
}

/** YAML or JSON: a list of waivers, alone or under `waivers`. Throws `config` with the place of the mistake. */
export function parseWaivers(text: string, path: string): readonly Waiver[] {
  const hint =
    'a list of { fingerprint, owner, reason, expires: YYYY-MM-DD }, optionally with control'
  const wrong = (why: string) =>
    new KeepError('config', 'waivers.invalid', `waivers ${path}: ${why}`, { hint })
  let value: unknown
  try {
    refuseNoYaml(text)
    value = parse(text)
  } catch (thrown) {
    throw wrong(messageOf(thrown).split('\n')[0] ?? '')
  }
  const shape = Array.isArray(value) ? z.array(waiver) : file
  const read = shape.safeParse(value)
  if (!read.success) {
    const [issue] = read.error.issues
    const where = (issue?.path ?? []).join('.')
    throw wrong(`${where === '' ? '' : `${where}: `}${issue?.message ?? 'not a list of waivers'}`)
  }
  return Array.isArray(read.data) ? read.data : read.data.waivers
}

const over = (one: Waiver, now: Date): boolean =>
  now.getTime() >= Date.parse(`${one.expires}T00:00:00Z`) + 86_400_000

/** Only a failure can be waived, and only the very one that was looked at. */
export function applyWaivers(
  findings: readonly Finding[],
  waivers: readonly Waiver[],
  now: Date,
): { readonly findings: readonly Finding[]; readonly report: WaiverReport } {
  const covers = (one: Waiver, finding: Finding) =>
    finding.verdict === 'fail' &&
    finding.fingerprint === one.fingerprint &&
    (one.control === undefined || one.control === finding.control)
  const live = waivers.filter((one) => !over(one, now))
  const waived = findings.map((finding): Finding => {
    const found = live.find((one) => covers(one, finding))
    if (!found) return finding
    const { owner, reason, expires } = found
    return { ...finding, verdict: 'waived', waiver: { owner, reason, expires } }
  })
  return {
    findings: waived,
    report: {
      applied: waived.filter((one) => one.verdict === 'waived').length,
      expired: waivers.filter((one) => over(one, now)),
      unmatched: live.filter((one) => !findings.some((finding) => covers(one, finding))),
    },
  }
}
