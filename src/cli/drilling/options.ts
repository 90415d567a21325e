import { tmpdir } from 'node:os'
import { resolve } from 'node:path'
import type { DrillOptions } from '../../backup/drill/model.ts'
import { KeepError } from '../../core/error.ts'
import { decodeDocument } from '../../encryption/decode-document.ts'
import { KEYED_KINDS } from '../../encryption/model.ts'
import type { Host } from '../../ports/host.ts'
import type { Context } from '../command.ts'
import { readGiven, requireDirectory } from '../given-file.ts'
import type { DrillFlags } from './flags.ts'

const MEMORY = '/dev/shm'

/** `aescbc:key1`, `kms-v2:vault`: the keys of a configuration, as rows name them. Throws `config`. */
async function keysOf(here: Host, path: string): Promise<ReadonlySet<string>> {
  const { document, errors } = decodeDocument(await readGiven(here, 'encryption-config', path))
  if (!document || errors.length > 0)
    throw new KeepError(
      'config',
      'encryption.config',
      `--encryption-config: ${path}: ${errors[0] ?? 'it is empty'}`,
      { hint: 'give the file that kube-apiserver gets as --encryption-provider-config' },
    )
  const providers = document.resources.flatMap((entry) => entry.providers)
  const keyed = providers.flatMap((provider) =>
    KEYED_KINDS.flatMap((kind) =>
      (provider[kind]?.keys ?? []).map(({ name }) => `${kind}:${name}`),
    ),
  )
  const kms = providers.flatMap((one) =>
    one.kms ? [`kms-${one.kms.apiVersion}:${one.kms.name}`] : [],
  )
  return new Set([...keyed, ...kms])
}

/** Throws `usage` and `config` for flags that cannot be, `unavailable` where there is no etcd at all. */
export async function drillOptions(flags: DrillFlags, context: Context): Promise<DrillOptions> {
  const { ports, progress, signal } = context
  const here = ports.host()
  const { scratch, sample } = flags
  const etcd = flags['etcd-version']
  const config = flags['encryption-config']
  if (!Number.isInteger(sample) || sample < 1 || sample > 100_000)
    throw new KeepError('usage', 'usage.flag', `--sample: ${sample} is no number of rows`, {
      hint: 'give a number from 1 to 100000',
    })
  if (scratch !== undefined) await requireDirectory(here, 'scratch', scratch)
  const keysOnHand = config === undefined ? undefined : await keysOf(here, config)
  progress.step('looking for etcd programs')
  const binaries = await ports.etcdBinaries({ progress: (line) => progress.note(line), signal })
  return {
    binaries,
    ...(etcd !== undefined && { etcd }),
    ...(keysOnHand && { keysOnHand }),
    sample,
    places: {
      ...(scratch !== undefined && { given: resolve(scratch) }),
      memory: MEMORY,
      disk: tmpdir(),
    },
    signal,
    step: (text) => progress.step(text),
  }
}
