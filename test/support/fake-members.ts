// Members that answer as a test wants, behind the ports that a save uses.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { workerChunkCipher } from '../../src/adapters/chunk-cipher/worker-chunk-cipher.ts'
import { systemClock } from '../../src/adapters/clock/system.ts'
import { memoryThenDisk } from '../../src/adapters/spool/memory-then-disk.ts'
import type { TakeOptions } from '../../src/backup/attempt.ts'
import type { SavePorts } from '../../src/backup/save-snapshot.ts'
import { KeepError } from '../../src/core/error.ts'
import type { Header, StatusResult } from '../../src/ports/etcd.ts'
import type { MemberQuestions } from '../../src/ports/member-questions.ts'
import { silent } from '../../src/ports/progress.ts'
import { Survey } from '../../src/snapshot/survey.ts'

const vector = new URL('../vectors/snapshot.db.gz', import.meta.url)
const file = gunzipSync(readFileSync(vector))
/** A real database at revision 252, without the trailer. */
export const DATABASE = file.subarray(0, -32)

const survey = new Survey()
survey.write(DATABASE)
function surveyed() {
  const { hashKv } = survey.finish()
  if ('missing' in hashKv) throw new Error(hashKv.missing)
  return hashKv
}
const OWN = surveyed()

export interface FakeMember {
  readonly id: bigint
  readonly status?: Partial<StatusResult> | KeepError
  /** What a linearizable read says the revision is; default 252. */
  readonly range?: bigint | KeepError
  /** Default: what the database comes to. */
  readonly hashKv?: { readonly hash?: number; readonly compactRevision?: bigint } | KeepError
  /** After half of the bytes. */
  readonly breaks?: KeepError
  /** Called before the last bytes. */
  readonly atEnd?: () => void | Promise<void>
}

export const endpointOf = (id: bigint): string => `https://m${id}:2379`
export const unavailable = (why: string): KeepError =>
  new KeepError('unavailable', 'test.down', why)

const header = (memberId: bigint, revision = 252n): Header => ({
  clusterId: 7n,
  memberId,
  revision,
  raftTerm: 2n,
})

const orThrow = <T>(value: T | KeepError): T => {
  if (value instanceof KeepError) throw value
  return value
}

const questionsOf = (
  of: (endpoint: string) => FakeMember,
  all: readonly FakeMember[],
): MemberQuestions => ({
  async status(endpoint): Promise<StatusResult> {
    const { id, status = {} } = of(endpoint)
    return {
      header: header(id),
      version: '3.5.30',
      dbSize: 1n,
      dbSizeInUse: 1n,
      leader: 1n,
      raftIndex: 9n,
      raftAppliedIndex: 9n,
      raftTerm: 2n,
      isLearner: false,
      errors: [],
      ...orThrow(status),
    }
  },
  async hashKv(endpoint) {
    const { id, hashKv = {} } = of(endpoint)
    const { hash = OWN.hash, compactRevision = BigInt(OWN.compactRevision) } = orThrow(hashKv)
    return { header: header(id), hash, compactRevision }
  },
  async agreedRevision(endpoint) {
    return orThrow(of(endpoint).range ?? 252n)
  },
  members: async () =>
    all.map(({ id }) => ({
      id,
      name: `m${id}`,
      peerUrls: [`https://m${id}:2380`],
      clientUrls: [endpointOf(id)],
      isLearner: false,
    })),
  close() {},
})

/** Ports of a cluster of these members; `reads` are the endpoints that were streamed from. */
export function fakeMembers(all: readonly FakeMember[]): {
  readonly ports: SavePorts
  readonly options: TakeOptions
  readonly reads: string[]
} {
  const reads: string[] = []
  const of = (endpoint: string): FakeMember => {
    const found = all.find(({ id }) => endpointOf(id) === endpoint)
    if (!found) throw new Error(`no member at ${endpoint}`)
    return found
  }
  const ports: SavePorts = {
    clock: systemClock(),
    memberQuestions: () => questionsOf(of, all),
    chunkCipher: workerChunkCipher(),
    spool: memoryThenDisk,
    snapshotStream: {
      async read({ endpoint }, sink, signal) {
        reads.push(endpoint)
        const { breaks, atEnd } = of(endpoint)
        for (let at = 0; at < DATABASE.length; at += 16_384) {
          if (breaks && at > DATABASE.length / 2) throw breaks
          if (at + 16_384 >= DATABASE.length) await atEnd?.()
          if (signal?.aborted) throw new KeepError('cancelled', 'etcd.cancelled', 'given up')
          await sink.piece(Buffer.from(DATABASE.subarray(at, at + 16_384)), DATABASE.length)
        }
        const sha256 = createHash('sha256').update(DATABASE).digest()
        return { length: DATABASE.length, sha256 }
      },
    },
  }
  const options: TakeOptions = {
    target: { endpoints: all.map(({ id }) => endpointOf(id)) },
    timeoutMs: 1000,
    stallMs: 1000,
    hashKv: true,
    progress: silent,
    signal: new AbortController().signal,
  }
  return { ports, options, reads }
}
