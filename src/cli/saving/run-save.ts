// The steps of `snapshot save`: find the cluster, take the snapshot, keep it.
import { dirname, resolve } from 'node:path'
import type { TakeOptions } from '../../backup/attempt.ts'
import { saveFile } from '../../backup/save-file.ts'
import { KeepError } from '../../core/error.ts'
import type { EtcdTarget } from '../../ports/etcd.ts'
import { asTarget } from '../../posture/gather/as-target.ts'
import type { Context } from '../command.ts'
import { requireDirectory } from '../given-file.ts'
import { credentialsOf, endpointOf } from '../target-flags.ts'
import type { SaveFlags } from './flags.ts'
import { recordedIn, saveResult, type SaveResult } from './save-result.ts'

/** Where and as whom; this host is searched only for what the flags leave open. */
async function targetOf(flags: SaveFlags, { ports, progress }: Context): Promise<EtcdTarget> {
  const here = ports.host()
  const credentials = await credentialsOf(flags, here)
  const endpoints = flags.endpoints.map(endpointOf)
  if (endpoints.length > 0 && credentials) return asTarget(endpoints, credentials)
  progress.step('looking for etcd')
  const { foundTarget } = await import('../../posture/gather/found-target.ts')
  const target = await foundTarget(here, { endpoints, ...(credentials && { credentials }) })
  if (target.endpoints.length > 0) return target
  throw new KeepError('unavailable', 'snapshot.nothing-found', 'no etcd was found here', {
    hint: 'run this on a member’s host as root, or name the members with --endpoints',
  })
}

async function takeOptions(flags: SaveFlags, context: Context): Promise<TakeOptions> {
  const { progress, signal } = context
  const { timeout: timeoutMs, stall: stallMs } = flags
  const target = await targetOf(flags, context)
  return { target, timeoutMs, stallMs, hashKv: !flags['no-hash-kv'], progress, signal }
}

async function intoFile(
  path: string,
  flags: SaveFlags,
  context: Context,
): Promise<(seconds: number) => SaveResult> {
  await requireDirectory(context.ports.host(), 'output', dirname(path))
  const taken = await saveFile(context.ports, path, await takeOptions(flags, context))
  return (seconds) => saveResult(taken, { file: path }, seconds)
}

async function intoRepository(
  flags: SaveFlags,
  context: Context,
): Promise<(seconds: number) => SaveResult> {
  const options = await takeOptions(flags, context)
  const { saveIntoRepository } = await import('./into-repository.ts')
  const saved = await saveIntoRepository(flags, options, context)
  return (seconds) => saveResult(saved.taken, { repository: recordedIn(saved) }, seconds)
}

export async function runSave(flags: SaveFlags, context: Context): Promise<SaveResult> {
  const { output, repository } = flags
  if ((output === undefined) === (repository === undefined))
    throw new KeepError('usage', 'usage.flag', 'one place to save to is needed', {
      hint: 'give --repository PLACE, or --output FILE',
    })
  if (flags.stall <= 0)
    throw new KeepError('usage', 'usage.flag', '--stall: every stream stands still for no time', {
      hint: 'leave it out, or give more than 0s',
    })
  const since = performance.now()
  const result =
    output === undefined
      ? await intoRepository(flags, context)
      : await intoFile(resolve(output), flags, context)
  return result((performance.now() - since) / 1000)
}
