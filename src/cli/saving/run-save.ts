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

type Targets = readonly [EtcdTarget, ...EtcdTarget[]]

/** Where and as whom, in turn; this host is searched only for what the flags leave open. */
async function targetsOf(flags: SaveFlags, { ports, progress }: Context): Promise<Targets> {
  const here = ports.host()
  const credentials = await credentialsOf(flags, here)
  const endpoints = flags.endpoints.map(endpointOf)
  if (endpoints.length > 0 && credentials) return [asTarget(endpoints, credentials)]
  progress.step('looking for etcd')
  const { foundTargets } = await import('../../posture/gather/found-target.ts')
  const targets = await foundTargets(here, { endpoints, ...(credentials && { credentials }) })
  if (targets[0].endpoints.length > 0) return targets
  throw new KeepError('unavailable', 'snapshot.nothing-found', 'no etcd was found here', {
    hint: 'run this on a member’s host as root, or name the members with --endpoints',
  })
}

/** Another certificate, or the CA that goes with it, may do better. */
const turnedAway = ({ kind, code }: KeepError): boolean =>
  code === 'etcd.server-untrusted' || (kind === 'denied' && code.startsWith('etcd.'))

/** With the first target that etcd does not turn away; of several refusals the first is told. */
async function withTarget<T>(
  flags: SaveFlags,
  context: Context,
  save: (options: TakeOptions) => Promise<T>,
): Promise<T> {
  const { progress, signal } = context
  const { timeout: timeoutMs, stall: stallMs } = flags
  const [first, ...others] = await targetsOf(flags, context)
  const as = (target: EtcdTarget): TakeOptions => ({
    target,
    timeoutMs,
    stallMs,
    hashKv: !flags['no-hash-kv'],
    progress,
    signal,
  })
  let refusal: KeepError | undefined
  for (const target of [first, ...others])
    try {
      return await save(as(target))
    } catch (thrown) {
      if (!(thrown instanceof KeepError) || !turnedAway(thrown)) throw refusal ?? thrown
      refusal ??= thrown
    }
  throw refusal
}

async function intoFile(
  path: string,
  flags: SaveFlags,
  context: Context,
): Promise<(seconds: number) => SaveResult> {
  await requireDirectory(context.ports.host(), 'output', dirname(path))
  const taken = await withTarget(flags, context, (options) =>
    saveFile(context.ports, path, options),
  )
  return (seconds) => saveResult(taken, { file: path }, seconds)
}

async function intoRepository(
  flags: SaveFlags,
  context: Context,
): Promise<(seconds: number) => SaveResult> {
  const { saveIntoRepository } = await import('./into-repository.ts')
  const saved = await withTarget(flags, context, (options) =>
    saveIntoRepository(flags, options, context),
  )
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
