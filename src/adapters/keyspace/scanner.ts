import { KeepError } from '../../core/error.ts'
import type { KeyspaceScanner, Row, ScanRequest, ScanResult } from '../../ports/keyspace-scanner.ts'
import { openMember, type Member } from '../h2/member.ts'
import { rangeRequest } from './messages.ts'
import { ScanPlan, type Page } from './plan.ts'
import { RangeReader } from './range-reader.ts'

export interface ScannerOptions {
  /** Ranges read at a time over the one connection. */
  readonly concurrent?: number
  readonly pageRows?: number
  /** Milliseconds without a byte after which a member counts as hung. */
  readonly silenceMs?: number
}

const PAGE_ROWS = 10_000
/** Until the size of a row is known. */
const FIRST_PAGE_ROWS = 500
const PAGE_BYTES = 16 * 1024 * 1024

/** The first endpoint that can be connected to. */
async function openAny(
  target: ScanRequest['target'],
  signal: AbortSignal,
  silenceMs: number,
): Promise<Member> {
  let last = new KeepError('usage', 'etcd.no-endpoint', 'no endpoint was given', {
    hint: 'Give --endpoints.',
  })
  for (const endpoint of target.endpoints) {
    try {
      return await openMember(endpoint, target, signal, silenceMs)
    } catch (thrown) {
      if (!(thrown instanceof KeepError) || thrown.kind !== 'unavailable') throw thrown
      last = thrown
    }
  }
  throw last
}

class Scan {
  readonly #connected: Member
  readonly #visit: (row: Row) => void
  readonly #pageRows: number
  revision: bigint
  rows = 0
  bytes = 0

  constructor(connected: Member, revision: bigint, pageRows: number, visit: (row: Row) => void) {
    this.#connected = connected
    this.revision = revision
    this.#pageRows = pageRows
    this.#visit = visit
  }

  async page(low: Buffer, high: Buffer): Promise<Page> {
    const reader = new RangeReader(this.#visit)
    await this.#range(reader, low, high, this.pageRows(), false)
    this.rows += reader.rows
    this.bytes += reader.size
    const { rows, count, more } = reader
    return { rows, count, more, lastKey: reader.takeLastKey() }
  }

  async probe(low: Buffer, high: Buffer): Promise<{ first: Buffer; count: number }> {
    const reader = new RangeReader(() => {})
    await this.#range(reader, low, high, 1, true)
    return { first: reader.takeLastKey(), count: reader.count }
  }

  /** So many rows that a page stays below PAGE_BYTES, by the average so far. */
  pageRows(): number {
    if (this.rows === 0) return Math.min(FIRST_PAGE_ROWS, this.#pageRows)
    const fitting = Math.floor(PAGE_BYTES / Math.max(1, this.bytes / this.rows))
    return Math.max(16, Math.min(this.#pageRows, fitting))
  }

  async #range(
    reader: RangeReader,
    key: Buffer,
    rangeEnd: Buffer,
    limit: number,
    keysOnly: boolean,
  ): Promise<void> {
    const { revision } = this
    const request = rangeRequest({ key, rangeEnd, limit, revision, keysOnly })
    await this.#connected.call('/etcdserverpb.KV/Range', request, reader)
    // All pages show the state of the first one's moment.
    if (this.revision === 0n) this.revision = reader.revision
  }
}

/** A verdict on the keyspace must not rest on a part of it. */
const incomplete = (rows: number, said: number): KeepError =>
  new KeepError('corrupt', 'etcd.incomplete-scan', `etcd counted ${said} rows but sent ${rows}`, {
    hint: 'Compare HashKV of the members; the one that was read may be corrupt.',
  })

/** Over one HTTP/2 connection with an own reader; for small calls use grpcEtcd. */
export function ownKeyspaceScanner(options: ScannerOptions = {}): KeyspaceScanner {
  const { concurrent = 4, pageRows = PAGE_ROWS, silenceMs = 30_000 } = options
  return {
    async scan(request, visit, signal = new AbortController().signal): Promise<ScanResult> {
      const connected = await openAny(request.target, signal, silenceMs)
      try {
        const scan = new Scan(connected, request.revision ?? 0n, pageRows, visit)
        const plan = new ScanPlan(scan, concurrent)
        const said = await plan.run(
          Buffer.from(request.start ?? [0]),
          Buffer.from(request.end ?? [0]),
        )
        const { revision, rows, bytes } = scan
        if (rows !== said) throw incomplete(rows, said)
        return { revision, rows, bytes, endpoint: connected.endpoint }
      } finally {
        connected.close()
      }
    },
  }
}
