import { randomBytes } from 'node:crypto'
import { KeepError } from '../../core/error.ts'
import type { CallOptions } from '../../ports/etcd-call.ts'
import type { Etcd } from '../../ports/etcd.ts'
import type { Ports } from '../../ports/ports.ts'
import { cachedSource } from '../../snapshot/byte-source.ts'
import { sampleRows, type SampledRow } from '../../snapshot/sample-rows.ts'
import type { SurveyResult } from '../../snapshot/survey/result.ts'
import { compareCounts, type Compared, compareHash, compareRows } from './compare-member.ts'
import type { DrillCheck, DrillCheckName, DrillOptions, DrillSource } from './model.ts'
import type { StartedMember } from './start-member.ts'

export interface Comparing {
  readonly ports: Pick<Ports, 'host'>
  readonly source: DrillSource
  readonly member: StartedMember
  /** The snapshot, as it was written out. */
  readonly file: string
  readonly options: DrillOptions
}

/** HashKV and counts read every row. */
const CALL_MS = 300_000

async function sampleOf(
  { ports, file, options }: Comparing,
  length: number,
): Promise<readonly SampledRow[]> {
  const opened = await ports.host().open(file)
  try {
    const source = cachedSource(length, async (offset, wanted) => {
      const into = Buffer.allocUnsafe(wanted)
      return into.subarray(0, await opened.read(into, offset))
    })
    return await sampleRows(source, options.sample)
  } finally {
    await opened.close()
  }
}

/** What one comparison cannot do is that comparison's failure; nothing but an abort ends the others. */
async function judged(
  check: DrillCheckName,
  signal: AbortSignal,
  work: () => Promise<DrillCheck>,
): Promise<DrillCheck> {
  try {
    return await work()
  } catch (thrown) {
    signal.throwIfAborted()
    if (!(thrown instanceof KeepError)) throw thrown
    return { check, verdict: 'fail', detail: thrown.message }
  }
}

/** An alarm of the old member would refuse what a restored one is asked. */
async function disarmAll(etcd: Etcd, call: CallOptions): Promise<readonly string[]> {
  const alarms = await etcd.maintenance.alarms(call)
  for (const alarm of alarms) await etcd.maintenance.disarm(alarm, call)
  const names = [...new Set(alarms.map(({ alarm }) => alarm))]
  return names.map((name) => `the alarm ${name} comes back: etcdctl alarm disarm after a restore`)
}

async function writeAndRead(etcd: Etcd, call: CallOptions): Promise<DrillCheck> {
  const key = Buffer.from(`etcdkeep/drill/${randomBytes(8).toString('hex')}`)
  const value = randomBytes(32)
  await etcd.kv.put({ key, value }, call)
  const [found] = (await etcd.kv.range({ key }, call)).kvs
  const { deleted } = await etcd.kv.delete({ key }, call)
  const same = found !== undefined && Buffer.compare(found.value, value) === 0 && deleted === 1n
  return same
    ? { check: 'write', verdict: 'pass', detail: 'a key was written, read and deleted' }
    : { check: 'write', verdict: 'fail', detail: 'a key that was written came back otherwise' }
}

export async function compareAll(
  comparing: Comparing,
  survey: SurveyResult,
): Promise<{ readonly checks: readonly DrillCheck[]; readonly notices: readonly string[] }> {
  const { source, member, options } = comparing
  const { signal } = options
  const { etcd, endpoint } = member
  const call: CallOptions = { signal, timeoutMs: CALL_MS }
  // Where that fails every comparison tells why.
  const notices = await disarmAll(etcd, call).catch(() => [])
  const compared: Compared = { etcd, endpoint, survey, call }
  const told = source.hashKv
  const wanted = told === undefined || 'missing' in told ? survey.hashKv : told
  const checks = await Promise.all([
    judged('hash-kv', signal, () => compareHash(compared, wanted)),
    judged('counts', signal, () => compareCounts(compared)),
    judged('rows', signal, async () =>
      compareRows(compared, await sampleOf(comparing, survey.length)),
    ),
  ])
  return {
    checks: [...checks, await judged('write', signal, () => writeAndRead(etcd, call))],
    notices,
  }
}
