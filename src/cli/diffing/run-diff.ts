// The steps of `snapshot diff`: open both sides, verify the files, compare.
import { randomBytes } from 'node:crypto'
import { resolve } from 'node:path'
import { KeepError } from '../../core/error.ts'
import type { OpenFile } from '../../ports/host.ts'
import { targetOf as rpcTarget } from '../../posture/gather/rpc.ts'
import {
  DiffGathering,
  type DiffSide,
  type SnapshotDiff,
  snapshotDiff,
} from '../../report/snapshot-diff.ts'
import { readAuthRecords } from '../../snapshot/auth-records.ts'
import { type ByteSource, cachedSource } from '../../snapshot/byte-source.ts'
import { compareRows, type ReadRows } from '../../snapshot/diff/compare-rows.ts'
import { readLiveRows } from '../../snapshot/live-rows.ts'
import { verifySnapshot } from '../../snapshot/verify-snapshot.ts'
import type { Context } from '../command.ts'
import { namingSnapshot, withFile } from '../snapshot-file.ts'
import { targetOf } from '../target-flags.ts'
import { clusterSide } from './cluster-side.ts'
import type { DiffFlags } from './flags.ts'

interface Side extends DiffSide {
  readonly rows: ReadRows
}

const sourceOf = (file: OpenFile): ByteSource =>
  cachedSource(file.size, async (offset, length) => {
    const into = Buffer.allocUnsafeSlow(length)
    return into.subarray(0, await file.read(into, offset))
  })

/** Whether the whole of it is sound first: a comparison with changed bytes would mislead. */
async function fileSide(
  path: string,
  file: OpenFile,
  key: Buffer,
  context: Context,
): Promise<Side> {
  const { progress, signal } = context
  const source = sourceOf(file)
  progress.step(`verifying ${path}`)
  const auth = await namingSnapshot(path, async () => {
    await verifySnapshot(source, signal)
    return readAuthRecords(source, key)
  })
  return {
    source: path,
    kind: 'snapshot',
    auth,
    rows(visit, signal) {
      progress.step(`reading ${path}`)
      return namingSnapshot(path, () => readLiveRows(source, visit, signal))
    },
  }
}

async function liveSide(flags: DiffFlags, context: Context): Promise<Side> {
  const { ports, progress, signal } = context
  const target = { ...flags, root: undefined, manifests: undefined, pid: [], 'no-probe': false }
  const { endpoints, credentials } = await targetOf(target, new Set(), ports.host())
  const cluster = clusterSide(ports, rpcTarget({ endpoints, ...(credentials && { credentials }) }))
  progress.step('asking the cluster')
  const auth = await cluster.auth(signal)
  return {
    source: endpoints.join(','),
    kind: 'cluster',
    ...(auth && { auth }),
    rows(visit, signal) {
      progress.step('reading the cluster')
      return cluster.rows(visit, signal)
    },
  }
}

async function compare(
  from: Side,
  to: Side,
  detailed: boolean,
  { signal }: Context,
): Promise<SnapshotDiff> {
  const gathering = new DiffGathering()
  const compared = await compareRows(from.rows, to.rows, (change) => gathering.add(change), signal)
  return snapshotDiff(from, to, compared, gathering.result(), detailed)
}

export function runDiff(
  flags: DiffFlags,
  [first = '', second]: readonly string[],
  context: Context,
): Promise<SnapshotDiff> {
  if ((second === undefined) === (flags.endpoints.length === 0))
    throw new KeepError('usage', 'usage.diff', 'two sides are needed to compare', {
      hint: 'name a second snapshot file, or the live cluster with --endpoints',
    })
  const here = context.ports.host()
  const detailed = flags['detailed-exitcode']
  const key = randomBytes(32)
  const path = resolve(first)
  return withFile(path, here, async (file) => {
    const from = await fileSide(path, file, key, context)
    if (second === undefined)
      return compare(from, await liveSide(flags, context), detailed, context)
    const other = resolve(second)
    return withFile(other, here, async (file) =>
      compare(from, await fileSide(other, file, key, context), detailed, context),
    )
  })
}
