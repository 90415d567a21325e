// One member's snapshot: streamed, surveyed while it passes, compared with what the member says of itself.
import { KeepError } from '../core/error.ts'
import type { EtcdTarget } from '../ports/etcd.ts'
import type { AskMembers, MemberQuestions } from '../ports/member-questions.ts'
import type { Progress } from '../ports/progress.ts'
import type { SnapshotStream, SnapshotStreamed } from '../ports/snapshot-stream.ts'
import { Survey } from '../snapshot/survey.ts'
import type { SurveyResult } from '../snapshot/survey/result.ts'
import { Blocks } from './blocks.ts'
import { compareHash, type HashCompared } from './compare-hash.ts'
import { clusterOf } from './look-at-members.ts'
import { Meter } from './meter.ts'
import type { Candidate, PassedOver, SnapshotSource, SourceCluster } from './model.ts'
import type { Freshness } from './prove-fresh.ts'

export interface TakingPorts {
  readonly memberQuestions: AskMembers
  readonly snapshotStream: SnapshotStream
}

export interface TakeOptions {
  readonly target: EtcdTarget
  /** For one question to one member. */
  readonly timeoutMs: number
  /** Without a byte of the snapshot. */
  readonly stallMs: number
  /** Whether the content is compared with HashKV of the member; it costs both sides a pass over all rows. */
  readonly hashKv: boolean
  readonly progress: Progress
  readonly signal: AbortSignal
}

/** What becomes of the bytes of one attempt. */
export interface Receiver {
  /** A block is handed over until `reuse` gives its memory back; a promise holds the stream back. */
  block(bytes: Uint8Array, reuse: (bytes: Uint8Array) => void): void | Promise<void>
  /** All blocks came, and the stream is what the member said it is. */
  end(streamed: SnapshotStreamed): Promise<void>
  /** The attempt failed: nothing of it stays. Never throws. */
  abandon(why: KeepError): Promise<void>
}

export interface Taken<R extends Receiver> {
  readonly receiver: R
  readonly source: SnapshotSource
  readonly cluster: SourceCluster
  readonly streamed: SnapshotStreamed
  readonly survey: SurveyResult
  readonly hashKv: HashCompared
  readonly fresh: Freshness
  readonly passedOver: readonly PassedOver[]
  /** Of the stream alone. */
  readonly streamSeconds: number
}

export type Attempted<R extends Receiver> = Omit<Taken<R>, 'passedOver'>

export interface Attempting<R extends Receiver> {
  readonly ports: TakingPorts
  readonly options: TakeOptions
  readonly members: MemberQuestions
  open(candidate: Candidate): Promise<R>
}

const behind = (endpoint: string, revision: bigint, least: bigint): KeepError =>
  new KeepError(
    'unavailable',
    'snapshot.behind',
    `${endpoint}: the snapshot ends at revision ${revision}, but the cluster was at ${least} before`,
    { hint: 'look why this member lags: etcdctl endpoint status' },
  )

async function stream<R extends Receiver>(
  { ports, options }: Attempting<R>,
  { endpoint, leader }: Candidate,
  receiver: R,
): Promise<Pick<Taken<R>, 'streamed' | 'survey' | 'streamSeconds'>> {
  const { target, stallMs, progress, signal } = options
  const since = performance.now()
  const meter = new Meter(
    progress,
    `${endpoint.replace(/^.*:\/\//, '')}${leader ? ' (leader)' : ''}`,
  )
  let survey: Survey | undefined
  let length = 0
  const blocks: Blocks = new Blocks((block) => {
    survey ??= new Survey({ length, hash: options.hashKv })
    survey.write(Buffer.from(block.buffer, block.byteOffset, block.byteLength))
    return receiver.block(block, blocks.reuse)
  })
  const streamed = await ports.snapshotStream.read(
    { target, endpoint, stallMs },
    {
      piece(bytes, total) {
        length = total
        meter.add(bytes.length, total)
        return blocks.add(bytes)
      },
    },
    signal,
  )
  await blocks.end()
  await receiver.end(streamed)
  const surveyed = (survey ?? new Survey()).finish()
  return { streamed, survey: surveyed, streamSeconds: (performance.now() - since) / 1000 }
}

/** Throws what went wrong, after the receiver has abandoned it. */
export async function attempt<R extends Receiver>(
  attempting: Attempting<R>,
  candidate: Candidate,
  fresh: Freshness,
): Promise<Attempted<R>> {
  const { members, options } = attempting
  const { endpoint, status, leader } = candidate
  const receiver = await attempting.open(candidate)
  try {
    const { streamed, survey, streamSeconds } = await stream(attempting, candidate, receiver)
    const { revision } = survey
    if (revision < fresh.revision) throw behind(endpoint, revision, fresh.revision)
    options.progress.step(`comparing with HashKV of ${endpoint}`)
    const [hashKv, cluster] = await Promise.all([
      compareHash(members, { endpoint, revision, signal: options.signal }, survey.hashKv),
      clusterOf(members, candidate, options),
    ])
    const member = status.header.memberId.toString(16)
    const name = cluster.members.find(({ id }) => id === member)?.name ?? ''
    const source = { member, name, endpoint, etcd: status.version, leader }
    return { receiver, source, cluster, streamed, survey, hashKv, fresh, streamSeconds }
  } catch (thrown) {
    const why =
      thrown instanceof KeepError
        ? thrown
        : new KeepError('bug', 'snapshot.failed', 'the save failed', { cause: thrown })
    await receiver.abandon(why)
    throw thrown
  }
}
