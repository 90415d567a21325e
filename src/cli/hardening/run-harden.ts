// The steps of `harden`: look, plan, ask, apply, prove.
import { resolve } from 'node:path'
import { KeepError } from '../../core/error.ts'
import type { Finding } from '../../core/finding.ts'
import { valueOf } from '../../core/fact.ts'
import { applyHardening, type Outcome } from '../../harden/apply-hardening.ts'
import { diffs, type FileDiff } from '../../harden/diff.ts'
import { openJournal, unfinished } from '../../harden/journal.ts'
import type { Plan } from '../../harden/model.ts'
import { planHardening } from '../../harden/plan-hardening.ts'
import { REPAIRED } from '../../harden/rules/repairs.ts'
import { planText } from '../../report/plan-text.ts'
import { assess } from '../../posture/assess.ts'
import { controls } from '../../posture/controls/index.ts'
import { gather } from '../../posture/gather.ts'
import type { Observation } from '../../posture/observation.ts'
import { needsOf } from '../../posture/select-controls.ts'
import type { Context } from '../command.ts'
import type { FlagValues } from '../flags.ts'
import { targetOf } from '../target-flags.ts'
import type { HARDEN_FLAGS } from './flags.ts'

export type HardenFlags = FlagValues<typeof HARDEN_FLAGS>

export interface HardenResult {
  readonly schema: 'etcdkeep.harden/v1'
  readonly steps: readonly string[]
  readonly diffs: readonly FileDiff[]
  readonly manual: Plan['manual']
  readonly warnings: Plan['warnings']
  readonly detailedExitcode: boolean
  /** Absent where nothing was changed. */
  readonly outcome?: Outcome
}

interface Seen {
  readonly observation: Observation
  readonly findings: readonly Finding[]
}

/** Only what hardening can repair is looked at: the keyspace is not read. */
async function look(flags: HardenFlags, context: Context): Promise<Seen> {
  const host = context.ports.host()
  const chosen = controls.filter(({ id }) => REPAIRED.has(id))
  const target = await targetOf({ ...flags, root: undefined }, needsOf(chosen), host)
  const observation = await gather(
    { ...context.ports, host },
    target,
    context.progress,
    context.signal,
  )
  return { observation, findings: assess(chosen, observation) }
}

/** The members' own program: the very one that will be started with the new arguments. */
const programOf = ({ observation }: Seen): string | undefined => {
  const pid = observation.members
    .map((one) => valueOf(one.running)?.pid)
    .find((one) => one !== undefined)
  return pid === undefined ? undefined : `/proc/${pid}/exe`
}

async function planned(flags: HardenFlags, context: Context, seen: Seen): Promise<Plan> {
  const { ports } = context
  const journal = await openJournal({ ...ports, host: ports.host() }, resolve(flags.state))
  const rest = unfinished(journal)
  if (rest) return rest
  return planHardening(ports, {
    ...seen,
    state: resolve(flags.state),
    ...(flags['ca-dir'] !== undefined && { caDirectory: resolve(flags['ca-dir']) }),
  })
}

/** Asking a plain door for anything tells whoever listens the password. */
function inClear(flags: HardenFlags, { observation }: Seen): readonly string[] {
  const plain = observation.members.some((one) =>
    (valueOf(one.status)?.clientUrls ?? []).some((url) => url.startsWith('http:')),
  )
  if (flags.user === undefined || !plain) return []
  return [
    `The password of ${flags.user} goes over http until the doors are closed: change it afterwards.`,
  ]
}

async function given(flags: HardenFlags, context: Context) {
  const { credentials } = await targetOf(
    { ...flags, root: undefined },
    new Set(),
    context.ports.host(),
  )
  if (!credentials) return {}
  const { ca, certificate, key, user } = credentials
  return {
    ...(user && { user }),
    tls: { ...(ca && { ca }), ...(certificate && { cert: certificate }), ...(key && { key }) },
  }
}

/** Two runs at once would undo each other; looking alone needs no turn. */
export async function runHarden(flags: HardenFlags, context: Context): Promise<HardenResult> {
  if (flags['dry-run']) return hardenOnce(flags, context)
  const release = await context.ports.files.hold(resolve(flags.state, 'run.lock'))
  try {
    return await hardenOnce(flags, context)
  } finally {
    await release()
  }
}

async function hardenOnce(flags: HardenFlags, context: Context): Promise<HardenResult> {
  const seen = await look(flags, context)
  const plan = await planned(flags, context, seen)
  if (plan.steps.length === 0 && seen.observation.members.length === 0)
    throw new KeepError('unavailable', 'harden.nothing-found', 'no etcd member was found here', {
      hint: 'Run this on a member’s host as root, or give --manifests.',
    })
  const result: HardenResult = {
    schema: 'etcdkeep.harden/v1',
    steps: plan.steps.map((step) => step.title),
    diffs: diffs(plan),
    manual: plan.manual,
    warnings: [...plan.warnings, ...inClear(flags, seen)],
    detailedExitcode: flags['detailed-exitcode'],
  }
  if (flags['dry-run'] || plan.steps.length === 0) return result
  if (!flags.yes) {
    context.show(planText(result))
    if (!(await context.confirm('Apply this plan?')))
      throw new KeepError('cancelled', 'harden.declined', 'nothing was changed', {
        hint: 'Run it again with --yes, or --dry-run to look only.',
      })
  }
  const program = programOf(seen)
  const outcome = await applyHardening(context.ports, plan, {
    state: resolve(flags.state),
    signal: context.signal,
    ...(await given(flags, context)),
    ...(program !== undefined && { etcd: program }),
    onStep: (step, index, count) => context.progress.note(`${index + 1}/${count} ${step.title}`),
    prove: async (member, wanted) => {
      const again = await look(flags, context)
      return again.findings
        .filter(
          (one) =>
            one.verdict === 'fail' && one.subject.name === member && wanted.includes(one.control),
        )
        .map((one) => one.control)
    },
  })
  return { ...result, outcome }
}
