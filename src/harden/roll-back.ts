// Puts the files of a process back as they were; may be started again after a kill.
import { waitForHealth } from './gates.ts'
import type { StepLog } from './journal.ts'
import type { RestartStep } from './model.ts'
import { argvBefore, writeChanges } from './restart-files.ts'
import { restart } from './restart-unit.ts'
import { isFresh, runners } from './restarts.ts'
import { advertised, restarted, waiting, type Swapped, type Swapping } from './swapping.ts'

/** Processes with the old arguments that run on the new files: those that a restart has to replace. */
async function replaced(
  swapping: Swapping,
  step: RestartStep,
  log: StepLog,
): Promise<readonly string[]> {
  const argv = argvBefore(step)
  if (argv.join('\0') !== step.argv.join('\0')) return []
  // A process that was never restarted is as it was already.
  const untouched = log.last('swap')?.old ?? []
  return (await runners(swapping.ports.host(), argv)).filter((one) => !untouched.includes(one))
}

/** Goes on with a roll-back that the journal has; else begins one, for the reason `why`. */
export async function rollBack(
  swapping: Swapping,
  step: RestartStep,
  log: StepLog,
  why: string,
): Promise<Swapped> {
  if (!log.last('undo')) await log.undo(why, await replaced(swapping, step, log))
  const begun = log.last('undo')
  await writeChanges(swapping.ports, step, 'before')
  if (step.member) await advertised(swapping, step.member, 'before')
  const fresh = isFresh(swapping.ports.host(), argvBefore(step), begun?.old)
  const back = { as: 'rolled-back', why: begun?.why ?? why } as const
  const commands = await restart(swapping, step, fresh)
  if (commands) return { ...back, commands }
  await restarted(swapping, step, fresh, 'before')
  if (step.member) await waitForHealth(waiting(swapping))
  return { ...back, commands: [] }
}
