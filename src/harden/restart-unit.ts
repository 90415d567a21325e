// Has a changed unit restarted: by systemd where it runs here, else by whoever reads the two commands.
import type { Ports } from '../ports/ports.ts'
import type { RestartStep } from './model.ts'
import { restartCommands } from './rules/restart-commands.ts'

export interface Restarting {
  readonly ports: Pick<Ports, 'supervisor'>
  readonly timeoutMs: number
  readonly signal: AbortSignal
}

/**
 * The commands that a person has to run; undefined where a new process is on its way, or is there already.
 * A pod needs nothing: the kubelet saw its manifest change.
 */
export async function restart(
  { ports, signal, timeoutMs }: Restarting,
  step: RestartStep,
  isFresh: () => Promise<boolean>,
): Promise<readonly string[] | undefined> {
  if (step.kind === 'manifest' || !step.runs || (await isFresh())) return undefined
  if (!(await ports.supervisor.present())) return restartCommands(step.unit)
  await ports.supervisor.restart(step.unit, { signal, timeoutMs })
  return undefined
}
