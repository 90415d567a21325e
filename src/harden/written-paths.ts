// Every file that a plan writes: where a killed run may have left a half-written one beside it.
import type { Host } from '../ports/host.ts'
import type { Plan, Step } from './model.ts'
import { crossOf } from './rules/material.ts'
import { backupOf, changesOf } from './restart-files.ts'

function pathsOf(step: Step, backups: string): readonly string[] {
  if (step.kind === 'ca') return [step.place.certificate, step.place.key, crossOf(step.place)]
  if (step.kind === 'certificate') return [step.place.certificate, step.place.key, step.trust]
  if (step.kind === 'trim') return [step.path]
  if (step.kind === 'mode') return []
  const own = changesOf(step).map(({ path }) => path)
  return [...own, ...own.map((path) => backupOf(backups, path))]
}

/** With what stands behind links, which is what is written. */
export async function writtenBy(
  host: Host,
  plan: Plan,
  backups: string,
): Promise<readonly string[]> {
  const named = plan.steps.flatMap((step) => pathsOf(step, backups))
  const real = named.map(async (path) => host.realpath(path).catch(() => path))
  return [...new Set([...named, ...(await Promise.all(real))])]
}
