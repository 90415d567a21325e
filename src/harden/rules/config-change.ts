// The part of a member's change that goes into etcd's own configuration file. Pure.
import { KeepError } from '../../core/error.ts'
import { editConfig } from '../edit-config.ts'
import type { FileChange, FlagChanges } from '../model.ts'
import type { MemberTask } from './member-task.ts'

/** Undefined for a member without such a file, or where nothing in it changes. Throws `config`. */
export function configChange(
  { config, launch }: Pick<MemberTask, 'config' | 'launch'>,
  flags: FlagChanges,
): FileChange | undefined {
  if (launch.configFile === undefined) return undefined
  if (!config)
    throw new KeepError('config', 'harden.config-file', 'its configuration file cannot be read')
  const { path, text, mode } = config
  const after = editConfig(text, flags)
  return after === text ? undefined : { path, before: text, after, mode }
}
