import { corrupt } from './byte-source.ts'
import type { Meta } from './meta-page.ts'
import { EncryptionNames } from './survey/encryption-names.ts'
import { hashKv } from './survey/hash-kv.ts'
import { keyLeaves } from './survey/key-bucket.ts'
import { liveRows } from './survey/live-rows.ts'
import { PageFacts } from './survey/page-facts.ts'
import { PageReader } from './survey/page-reader.ts'
import { PageStream } from './survey/page-stream.ts'
import { PrefixSums } from './survey/prefix-counts.ts'
import { Prefixes } from './survey/prefixes.ts'
import type { SurveyResult } from './survey/result.ts'
import { RowFacts } from './survey/row-facts.ts'
import { smallBuckets } from './survey/small-buckets.ts'
import { Tree } from './survey/tree.ts'

/** Far beyond any quota that etcd can bear; a meta page that claims more is a lie. */
const LARGEST = 64 * 1024 ** 3

/** Rows of Kubernetes are mostly larger. */
const USUAL_ROW = 512

export interface SurveyOptions {
  /** How long the database is, where known before: a meta page that claims more is refused at once. */
  readonly length?: number
  /** Whether `hashKv` is computed; it costs most of the survey. Default true. */
  readonly hash?: boolean
  /** How many revisions are remembered, at 28 bytes each; beyond it there are no counts by prefix. Default 4 million. */
  readonly mostRevisions?: number
}

/**
 * Reads a database as its bytes pass, in order and in pieces of any size, and says at the end what is in it. Nothing is
 * read twice and nothing of the content is kept: about 1.2 % of the file's size and 28 bytes for each revision.
 * The bytes come without etcd's trailing SHA-256. Throws KeepError `corrupt`, from both methods.
 */
export class Survey {
  readonly #options: SurveyOptions
  readonly #stream: PageStream
  readonly #rows: RowFacts
  readonly #prefixes = new Prefixes()
  readonly #names = new EncryptionNames()
  #pages = new PageFacts(0)
  #reader: PageReader | undefined
  #freelist = 0
  #meta: Meta | undefined

  constructor(options: SurveyOptions = {}) {
    this.#options = options
    this.#rows = new RowFacts(
      options.mostRevisions ?? 4_000_000,
      Math.ceil((options.length ?? 0) / USUAL_ROW),
    )
    this.#stream = new PageStream({
      begin: (meta) => this.#begin(meta),
      page: (id, leaf, span, start, length) => this.#reader?.page(id, leaf, span, start, length),
      freelist: (id, pages) => this.#noteFreelist(id, pages),
    })
  }

  /** The next bytes; they are read before it returns. */
  write(piece: Buffer): void {
    this.#reader?.came(piece.length)
    this.#stream.write(piece)
  }

  finish(): SurveyResult {
    const { meta, length } = this.#stream.finish()
    const tree = new Tree(this.#pages, meta)
    const reader = this.#reader ?? this.#begin(meta)
    const leaves = keyLeaves(tree, this.#pages, reader, meta.pages)
    const small = smallBuckets(tree)
    const { pages, total } = this.#pageCounts(tree, meta)
    return {
      ...this.#result(leaves, small),
      length,
      accounted: total,
      pageSize: meta.pageSize,
      pages,
    }
  }

  #begin(meta: Meta): PageReader {
    const most = Math.min(this.#options.length ?? LARGEST, LARGEST)
    const wanted = meta.pages * meta.pageSize
    if (wanted > most) throw corrupt(`it has ${most} bytes, its meta page says ${wanted}`)
    this.#meta = meta
    this.#pages = new PageFacts(meta.pages)
    this.#reader = new PageReader(
      {
        pages: this.#pages,
        rows: this.#rows,
        prefixes: this.#prefixes,
        names: this.#names,
        hash: this.#options.hash !== false,
      },
      meta,
    )
    return this.#reader
  }

  #noteFreelist(id: number, pages: number): void {
    if (id === this.#meta?.freelist) this.#freelist = pages
  }

  #pageCounts(tree: Tree, meta: Meta): { pages: SurveyResult['pages']; total: number } {
    // Buckets that nobody asked for yet have pages, too.
    const known = [
      'alarm',
      'auth',
      'authRoles',
      'authUsers',
      'cluster',
      'key',
      'lease',
      'members',
      'meta',
    ]
    for (const name of tree.bucketNames) if (!known.includes(name)) tree.bucket(name)
    const used = tree.reached + 2 + this.#freelist
    return {
      pages: { total: meta.pages, tree: tree.reached, free: Math.max(0, meta.pages - used) },
      total: meta.pages * meta.pageSize,
    }
  }

  #result(
    leaves: readonly number[],
    small: ReturnType<typeof smallBuckets>,
  ): Omit<SurveyResult, 'length' | 'accounted' | 'pageSize' | 'pages'> {
    const [pages, rows] = [this.#pages, this.#rows]
    const { leases, alarms, storageVersion, auth, compact, ...rest } = small
    const sums = new PrefixSums(this.#prefixes.count)
    const live = rows.full
      ? undefined
      : liveRows(leaves, pages, rows, sums, Number(compact.finished ?? -1n))
    const compacted = later(compact.scheduled, compact.finished)
    const last = BigInt(pages.lastMain(leaves.at(-1) ?? -1))
    const revision = later(later(last, compacted), 1n) ?? 1n
    let [revisions, names] = [0, 0]
    for (const id of leaves) {
      revisions += pages.count(id)
      names |= pages.names(id)
    }
    return {
      ...rest,
      revision,
      auth,
      compact,
      ...(live && {
        keys: live.count,
        prefixes: sums.counts(this.#prefixes),
      }),
      contents: {
        revisions,
        leases,
        alarms,
        authEnabled: auth.enabled,
        ...(storageVersion !== undefined && { storageVersion }),
        encryptionKeys: this.#names.named(names),
      },
      hashKv:
        this.#options.hash === false
          ? { missing: 'not asked for' }
          : hashKv({ leaves, pages, rows, live }, revision, compacted),
    }
  }
}

function later(a: bigint | undefined, b: bigint | undefined): bigint | undefined {
  if (a === undefined || b === undefined) return a ?? b
  return a > b ? a : b
}
