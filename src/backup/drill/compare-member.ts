// What the restored member serves, against what the file holds and what the old member said.
import { displayBytes, rangeEndOfPrefix } from '../../core/bytes.ts'
import { concurrently } from '../../core/concurrently.ts'
import type { CallOptions } from '../../ports/etcd-call.ts'
import type { Etcd } from '../../ports/etcd.ts'
import type { SampledRow } from '../../snapshot/sample-rows.ts'
import type { PrefixCount, SurveyResult } from '../../snapshot/survey/result.ts'
import type { HashCompared } from '../compare-hash.ts'
import type { DrillCheck } from './model.ts'

export interface Compared {
  readonly etcd: Etcd
  readonly endpoint: string
  readonly survey: SurveyResult
  readonly call: CallOptions
}

/** Calls at a time: the member is alone on this machine. */
const CALLS = 4
/** Beyond it only the largest prefixes are counted one by one; the sum of all is always counted. */
const PREFIXES = 1000

const ALL: { readonly key: Uint8Array; readonly rangeEnd: Uint8Array } = {
  key: Uint8Array.of(0),
  rangeEnd: Uint8Array.of(0),
}

export async function compareHash(
  { etcd, endpoint, survey, call }: Compared,
  wanted: HashCompared,
): Promise<DrillCheck> {
  const check = 'hash-kv' as const
  if ('missing' in wanted)
    return { check, verdict: 'unknown', detail: `there is none to compare with: ${wanted.missing}` }
  const said = await etcd.maintenance.hashKv(endpoint, BigInt(wanted.revision), call)
  const at = `HashKV at revision ${wanted.revision}`
  if (said.compactRevision.toString() !== wanted.compactRevision) {
    const detail = `${at} is of compaction ${said.compactRevision}, not ${wanted.compactRevision}`
    return { check, verdict: 'fail', detail }
  }
  if (said.hash !== wanted.hash)
    return { check, verdict: 'fail', detail: `${at} is ${said.hash}, it was ${wanted.hash}` }
  const whose = survey.hashKv === wanted ? 'as the file comes to' : 'as the old member had it'
  return { check, verdict: 'pass', detail: `${at} is ${said.hash}, ${whose}` }
}

/** Keys that begin with a prefix: those of longer prefixes count, too. */
const keysBelow = (prefixes: readonly PrefixCount[], prefix: Buffer): number =>
  prefixes
    .filter((one) => one.prefix.subarray(0, prefix.length).equals(prefix))
    .reduce((sum, { keys }) => sum + keys, 0)

/** Every prefix that the file's keys have, and all keys together, at the revision of the file. */
export async function compareCounts({ etcd, survey, call }: Compared): Promise<DrillCheck> {
  const check = 'counts' as const
  const { keys, prefixes = [], revision } = survey
  if (keys === undefined)
    return { check, verdict: 'unknown', detail: 'too many revisions to count keys by prefix' }
  const counted = async (range: typeof ALL) =>
    Number((await etcd.kv.range({ ...range, revision, countOnly: true }, call)).count)
  const named = prefixes.filter(({ prefix }) => prefix.at(-1) === 0x2f).slice(0, PREFIXES)
  const wrong = await concurrently(named, CALLS, async ({ prefix }) => {
    const found = await counted({ key: prefix, rangeEnd: rangeEndOfPrefix(prefix) })
    const wanted = keysBelow(prefixes, prefix)
    // Keys of no prefix of their own may begin with one where there are too many prefixes to tell.
    const overflown = prefixes.some((one) => one.prefix.toString() === '(others)')
    return found === wanted || (overflown && found > wanted)
      ? []
      : [`${displayBytes(prefix)} has ${found} keys, the file ${wanted}`]
  })
  const all = await counted(ALL)
  const told = [...(all === keys ? [] : [`${all} keys, the file has ${keys}`]), ...wrong.flat()]
  if (told.length > 0) return { check, verdict: 'fail', detail: told.slice(0, 5).join('; ') }
  const below = named.length === 0 ? '' : ` below ${named.length} prefixes`
  return { check, verdict: 'pass', detail: `${keys} keys${below}, as in the file` }
}

/** `undefined` where it is the same; a row that a compaction was about to take away is nobody's. */
async function difference(
  { etcd, survey, call }: Compared,
  compacted: bigint,
  { key, value, revision, deletion }: SampledRow,
): Promise<string | undefined> {
  const at = revision > compacted ? revision : compacted
  if (at > survey.revision) return undefined
  const [found] = (await etcd.kv.range({ key, revision: at }, call)).kvs
  const own = found?.modRevision === revision
  const name = `${displayBytes(key)} at revision ${revision}`
  if (!own && revision < compacted) return undefined
  // One transaction may delete a key and write it again.
  if (deletion) return found && !own ? `${name} is there, though it was deleted` : undefined
  if (!own) return `${name} is not there`
  return Buffer.compare(found.value, value) === 0 ? undefined : `${name} has another value`
}

/** Rows of the file, picked at random, asked for one by one. */
export async function compareRows(
  compared: Compared,
  rows: readonly SampledRow[],
): Promise<DrillCheck> {
  const check = 'rows' as const
  const { scheduled = -1n, finished = -1n } = compared.survey.compact
  const compacted = scheduled > finished ? scheduled : finished
  const told = await concurrently(rows, CALLS, (row) => difference(compared, compacted, row))
  const wrong = told.filter((one) => one !== undefined)
  if (wrong.length > 0) return { check, verdict: 'fail', detail: wrong.slice(0, 5).join('; ') }
  if (rows.length === 0) return { check, verdict: 'unknown', detail: 'the file holds no row' }
  return { check, verdict: 'pass', detail: `${rows.length} rows picked at random, each as stored` }
}
