// The files that a restart changes, written, compared and backed up in one order.
import { dirname } from 'node:path'
import { KeepError } from '../core/error.ts'
import type { Ports } from '../ports/ports.ts'
import { manifestArgv } from './edit-manifest.ts'
import { readText } from './make-material.ts'
import type { FileChange, RestartStep } from './model.ts'

export type FilePorts = Pick<Ports, 'files' | 'host'>
export type Which = 'before' | 'after'

/** The configuration file comes first: what restarts the process comes last. */
export function changesOf(step: RestartStep): readonly FileChange[] {
  const { config } = step
  const own: readonly FileChange[] =
    step.kind === 'manifest' ? [step] : step.dropIn ? [step.dropIn] : []
  return [...(config ? [config] : []), ...own]
}

/** What is restarted, for messages: the manifest's path or the unit's name. */
export const placeOf = (step: RestartStep): string =>
  step.kind === 'manifest' ? step.path : step.unit

/** The arguments as they were. */
export const argvBefore = (step: RestartStep): readonly string[] =>
  step.kind === 'manifest'
    ? manifestArgv(step.before, step.argv[0]?.split('/').at(-1) ?? '')
    : step.argvBefore

async function write(ports: FilePorts, change: FileChange, which: Which): Promise<void> {
  const { files, host } = ports
  const text = change[which]
  if (text === undefined) return files.remove(change.path)
  if (change.before === undefined) {
    // As systemd's own: anybody may read which options a unit has.
    await files.makeDirectory(dirname(change.path), 0o755)
    return files.write(change.path, text, { mode: change.mode })
  }
  // Behind a link, so that the link stays.
  const real = await host().realpath(change.path)
  const { uid, gid } = await host().stat(real)
  const mode = which === 'after' ? change.mode : (change.modeBefore ?? change.mode)
  return files.write(real, text, { mode, owner: { uid, gid } })
}

export async function writeChanges(
  ports: FilePorts,
  step: RestartStep,
  which: Which,
): Promise<void> {
  for (const change of changesOf(step)) await write(ports, change, which)
}

/** What stands there now, `before` where only a part is changed; `conflict` where somebody else changed it. */
export async function standing(ports: FilePorts, step: RestartStep): Promise<Which> {
  let state: Which = 'after'
  for (const { path, before, after } of changesOf(step)) {
    const text = await readText(ports.host(), path)
    if (text === after) continue
    if (text !== before)
      throw new KeepError(
        'conflict',
        'harden.manifest-changed',
        `${path} was changed since the plan was made`,
        { hint: 'Run harden again: it plans anew.' },
      )
    state = 'before'
  }
  return state
}

export const backupOf = (backups: string, path: string): string =>
  `${backups}/${path.replaceAll('/', '_')}`

export async function backUp(
  { files }: FilePorts,
  backups: string,
  step: RestartStep,
): Promise<void> {
  await files.makeDirectory(backups)
  for (const { path, before } of changesOf(step))
    if (before !== undefined) await files.write(backupOf(backups, path), before, { mode: 0o600 })
}
