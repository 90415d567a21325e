// The steps of `check`: look, judge, waive, compare.
import { dirname, resolve } from 'node:path'
import { KeepError } from '../../core/error.ts'
import { assess } from '../../posture/assess.ts'
import { compare, parseBaseline } from '../../posture/baseline.ts'
import { checkResult, type CheckResult } from '../../posture/check-result.ts'
import type { Control } from '../../posture/control.ts'
import { controls } from '../../posture/controls/index.ts'
import { gather } from '../../posture/gather.ts'
import type { Observation } from '../../posture/observation.ts'
import { parseFacts, showFacts } from '../../posture/saved-facts.ts'
import { needsOf, selectControls } from '../../posture/select-controls.ts'
import { applyWaivers, parseWaivers } from '../../posture/waivers.ts'
import { html } from '../../report/html/check-page.ts'
import type { Context } from '../command.ts'
import { readGiven, requireDirectory } from '../given-file.ts'
import { targetOf } from '../target-flags.ts'
import { backupOptions } from './backup-options.ts'
import type { CheckFlags } from './flags.ts'
import { besidesRows, withSnapshot } from './stored-rows.ts'

const FACTS_LIMIT = 256 * 1024 * 1024

async function look(
  flags: CheckFlags,
  chosen: readonly Control[],
  context: Context,
): Promise<Observation> {
  const here = context.ports.host()
  const host = flags.root === undefined ? here : context.ports.host({ root: resolve(flags.root) })
  const needs = needsOf(chosen)
  const { snapshot } = flags
  const looked = await targetOf(flags, snapshot === undefined ? needs : besidesRows(needs), here)
  const backups = needs.has('backups') ? await backupOptions(flags, context) : undefined
  const target = { ...looked, ...(backups && { backups }) }
  const live = await gather({ ...context.ports, host }, target, context.progress, context.signal)
  if (snapshot !== undefined) return withSnapshot(live, snapshot, here, context.signal)
  const seen = live
  const nothing = seen.members.length === 0 && seen.apiservers.length === 0
  // A machine that keeps backups has no member.
  if (backups && chosen.every((one) => one.needs.includes('backups'))) return seen
  if (!nothing || seen.manifestDirectories.some((one) => one.entries.length > 0)) return seen
  const [trouble] = seen.troubles
  throw new KeepError(
    'unavailable',
    'check.nothing-found',
    'no etcd and no kube-apiserver was found here',
    {
      hint: trouble
        ? `${trouble.source}: ${trouble.why}`
        : 'run this on a member’s host as root, or name the members with --endpoints',
      details: { troubles: seen.troubles },
    },
  )
}

export async function runCheck(flags: CheckFlags, context: Context): Promise<CheckResult> {
  const { clock, files } = context.ports
  const chosen = selectControls(flags.control, controls)
  const here = context.ports.host()
  // Mistakes in the user's own files are told before anything is looked at.
  if (flags.root !== undefined) await requireDirectory(here, 'root', flags.root)
  for (const flag of ['save-facts', 'report'] as const)
    if (flags[flag] !== undefined) await requireDirectory(here, flag, dirname(resolve(flags[flag])))
  const waivers =
    flags.waivers &&
    parseWaivers(await readGiven(here, 'waivers', flags.waivers, FACTS_LIMIT), flags.waivers)
  const base =
    flags.baseline &&
    parseBaseline(await readGiven(here, 'baseline', flags.baseline, FACTS_LIMIT), flags.baseline)
  const { facts } = flags
  const seen = facts
    ? parseFacts(await readGiven(here, 'facts', facts, FACTS_LIMIT), facts)
    : await look(flags, chosen, context)
  const saveTo = flags['save-facts']
  if (saveTo) await files.write(resolve(saveTo), showFacts(seen), { mode: 0o600 })
  context.progress.step('judging')
  const found = assess(chosen, seen)
  const waived = waivers ? applyWaivers(found, waivers, clock.now()) : undefined
  const findings = waived?.findings ?? found
  const result = checkResult({
    seen,
    findings,
    finishedAt: clock.now(),
    policy: { failOn: flags['fail-on'], strict: flags.strict },
    waivers: waived?.report,
    baseline: base ? compare(findings, base) : undefined,
  })
  if (flags.report)
    await files.write(resolve(flags.report), html(result, controls), { mode: 0o600 })
  return result
}
