import { createHash } from 'node:crypto'
import { corrupt } from './byte-source.ts'
import { Survey } from './survey.ts'
import type { SurveyResult } from './survey/result.ts'

const DIGEST = 32
/** Snapshots end with a SHA-256 behind whole pages; nothing else that etcd writes has such a length. */
const SECTOR = 512

/** The bytes of a snapshot, from wherever they come. */
export interface SnapshotBytes {
  /** All of them, with the trailing SHA-256 where there is one. */
  readonly size: number
  /** In order; each is looked at before the next one is asked for. */
  readonly pieces: AsyncIterable<Buffer>
}

export interface InspectOptions {
  /** Whether the SHA-256 is computed; default true. Or who computes that of so many first bytes meanwhile. */
  readonly sha256?: boolean | ((length: number) => Promise<Buffer>)
  /** Whether HashKV is computed; default false. */
  readonly hash?: boolean
  readonly onBytes?: (bytes: number, total: number) => void
}

export interface Inspected {
  /** `database`: a copy of `member/snap/db`, or a snapshot that lost its SHA-256. */
  readonly form: 'snapshot' | 'database'
  readonly size: number
  /** Of the database, hexadecimal; absent where it was not computed. */
  readonly sha256?: string
  readonly survey: SurveyResult
}

/**
 * Reads a snapshot once and says what is in it: what `snapshot status` looks at, and its SHA-256, its length and the
 * soundness of every page that is in use besides. Throws KeepError `corrupt` where any of it is wrong.
 */
export async function inspectSnapshot(
  { size, pieces }: SnapshotBytes,
  options: InspectOptions = {},
): Promise<Inspected> {
  const form = size % SECTOR === DIGEST ? 'snapshot' : 'database'
  const length = form === 'snapshot' ? size - DIGEST : size
  const survey = new Survey({ length, hash: options.hash === true })
  const { sha256: who = true } = options
  const elsewhere = typeof who === 'function' ? who(length) : undefined
  // Awaited at the end; until then whatever else is wrong comes first.
  elsewhere?.catch(() => {})
  const digest = who === true ? createHash('sha256') : undefined
  const trailer: Buffer[] = []
  let came = 0
  for await (const piece of pieces) {
    const database = piece.subarray(0, Math.max(0, length - came))
    if (database.length > 0) survey.write(database)
    digest?.update(database)
    if (database.length < piece.length) trailer.push(Buffer.from(piece.subarray(database.length)))
    came += piece.length
    options.onBytes?.(piece.length, size)
  }
  if (came !== size) throw corrupt(`it has ${size} bytes, and ${came} of them could be read`)
  const found = survey.finish()
  checkLength(form, found, length)
  const sha256 = elsewhere ? await elsewhere : digest?.digest()
  if (form === 'snapshot' && sha256 && !sha256.equals(Buffer.concat(trailer)))
    throw corrupt('its SHA-256 does not match: bytes were changed after it was saved')
  return { form, size, ...(sha256 && { sha256: sha256.toString('hex') }), survey: found }
}

function checkLength(form: Inspected['form'], found: SurveyResult, length: number): void {
  const { accounted, pageSize } = found
  if (form === 'snapshot' && length !== accounted)
    throw corrupt(`it has ${length} bytes before its SHA-256, its meta page says ${accounted}`)
  if (length % pageSize !== 0)
    throw corrupt(
      `${length % pageSize} bytes stand behind its last page, and no SHA-256 is as long`,
    )
}
