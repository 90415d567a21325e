// Where the next link goes, without reading the whole chain.
import { KeepError } from '../core/error.ts'
import type { ObjectStore } from '../ports/object-store.ts'
import type { Anchor } from './anchor.ts'
import { type Link, type LinkKind, MANIFESTS, readLink, RECORDS } from './link.ts'
import type { Manifest, Tip } from './model.ts'
import { linkName, parseName } from './names.ts'
import type { RepositoryRecord } from './record.ts'
import type { Trust } from './signing-key.ts'

/** More junk above the tip than this, and somebody has to look. */
const JUNK = 20

interface From {
  readonly store: ObjectStore
  readonly trust: Trust
  readonly signal?: AbortSignal
}

const broken = (code: string, message: string) =>
  new KeepError('corrupt', code, message, {
    hint: 'are all its signers named with --trust and --trust-records? see: etcdkeep snapshot list',
  })

async function numbersIn<T extends Manifest | RepositoryRecord>(
  kind: LinkKind<T>,
  { store, signal }: From,
): Promise<readonly number[]> {
  const numbers: number[] = []
  try {
    for await (const { key } of store.list(`${kind.folder}/`, signal)) {
      const name = parseName(key)
      if (name?.folder === kind.folder) numbers.push(name.sequence)
    }
  } catch (thrown) {
    // The first put makes it.
    if (!(thrown instanceof KeepError) || thrown.code !== 'store.no-store') throw thrown
  }
  return numbers.toSorted((a, b) => b - a)
}

/** The newest link that is good; throws `corrupt` where what is not good stands in the way of the next. */
async function newest<T extends Manifest | RepositoryRecord>(
  kind: LinkKind<T>,
  from: From,
): Promise<Link<T> | undefined> {
  const numbers = await numbersIn(kind, from)
  const junk: number[] = []
  let why = ''
  for (const at of numbers) {
    const read = await readLink(kind, at, from)
    if (read && !('code' in read)) {
      if (junk.at(-1) !== at + 1) return read
      throw broken('repository.name-taken', why)
    }
    if (read) {
      junk.push(at)
      why = read.message
    }
    if (junk.length > JUNK)
      throw broken(
        'repository.junk',
        `more than ${JUNK} objects in ${kind.folder}/ are none of ours`,
      )
  }
  if (junk.at(-1) === 1) throw broken('repository.name-taken', why)
  return undefined
}

/** Throws where the chain does not pass through what was seen; where it is shorter, goes on behind what was seen. */
async function behind<T extends Manifest | RepositoryRecord>(
  kind: LinkKind<T>,
  tip: Link<T> | undefined,
  seen: Tip | null | undefined,
  from: From,
): Promise<Tip | null> {
  if (!seen || tip?.sha256 === seen.sha256) return tip ?? null
  if (!tip || tip.sequence < seen.sequence) return seen
  const there = tip.sequence === seen.sequence ? tip : await readLink(kind, seen.sequence, from)
  if (there && !('code' in there) && there.sha256 === seen.sha256) return tip
  throw broken(
    'repository.replaced',
    `${linkName(kind.folder, seen.sequence)} is not the one that the anchor has seen`,
  )
}

const further = (a: Tip | null | undefined, b: Tip | null | undefined): Tip | null =>
  a && b ? (a.sequence >= b.sequence ? a : b) : (a ?? b ?? null)

/** What the next manifest follows: `previous` is null for the first. */
export interface Place {
  readonly sequence: number
  readonly previous: Tip | null
  readonly records: Tip | null
}

/**
 * The place of the next snapshot. Where the anchor has seen more than is there, the chain goes on behind that: the
 * loss stays a gap that everybody sees. Throws `corrupt` where the tip is not ours or is not what the anchor has seen.
 */
export async function nextPlace(from: From, anchor?: Anchor): Promise<Place> {
  const manifest = await newest(MANIFESTS, from)
  const record = await newest(RECORDS, from)
  const previous = await behind(
    MANIFESTS,
    manifest,
    further(anchor?.manifests, record?.content.manifests),
    from,
  )
  const records = await behind(
    RECORDS,
    record,
    further(anchor?.records, manifest?.content.records),
    from,
  )
  const tip = (one: Tip | null) => one && { sequence: one.sequence, sha256: one.sha256 }
  return { sequence: (previous?.sequence ?? 0) + 1, previous: tip(previous), records: tip(records) }
}
