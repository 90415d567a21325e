import { KeepError } from '../../core/error.ts'
import type { SnapshotStream, SnapshotStreamed } from '../../ports/snapshot-stream.ts'
import { openMember, type Member } from '../h2/member.ts'
import { Arrival } from './arrival.ts'
import { HeldBack } from './held-back.ts'
import { ResponseReader } from './response-reader.ts'

const STALL_MS = 30_000
const CALL = '/etcdserverpb.Maintenance/Snapshot'

const stalled = (endpoint: string, arrival: Arrival, ms: number): KeepError =>
  new KeepError(
    'unavailable',
    'snapshot.stalled',
    `${endpoint}: the snapshot stream stands still after ${arrival.received} bytes: nothing came for ${ms} ms`,
    { hint: 'Take it from another member, and look at disk and load of this one.' },
  )

/** Looks of the watchdog until a stall is one: counted, so that a busy moment of this process is none. */
const LOOKS = 5

/** Rejects when no byte of the database came for `ms`; a sink that holds the stream back is no stall. */
function watch(endpoint: string, arrival: Arrival, held: HeldBack, ms: number) {
  let seen = 0
  let idle = 0
  let timer: NodeJS.Timeout | undefined
  const stall = new Promise<never>((_, reject) => {
    const look = () => {
      idle = held.waiting || arrival.received !== seen ? 0 : idle + 1
      seen = arrival.received
      if (idle >= LOOKS) reject(stalled(endpoint, arrival, ms))
    }
    timer = setInterval(look, ms / LOOKS)
  })
  return { stall, end: () => clearInterval(timer) }
}

/** The stream broke off below: says how far it had come. */
const brokeOff = (thrown: unknown, endpoint: string, arrival: Arrival): unknown => {
  if (!(thrown instanceof KeepError) || !/^(h2\.|etcd\.unreachable)/.test(thrown.code))
    return thrown
  const { kind, message, hint } = thrown
  const what = message.startsWith(endpoint) ? message.slice(endpoint.length + 2) : message
  return new KeepError(
    kind,
    kind === 'unavailable' ? 'snapshot.broken-off' : thrown.code,
    `${endpoint}: the snapshot stream broke off after ${arrival.received} bytes: ${what}`,
    { ...(hint && { hint }), cause: thrown },
  )
}

async function receive(
  member: Member,
  { arrival, held, stallMs }: { arrival: Arrival; held: HeldBack; stallMs: number },
): Promise<SnapshotStreamed> {
  const { endpoint } = member
  member.noSilenceLimit()
  const watchdog = watch(endpoint, arrival, held, stallMs)
  try {
    const call = member.call(CALL, Buffer.alloc(0), new ResponseReader(arrival))
    await Promise.race([call, watchdog.stall])
  } catch (thrown) {
    // What the sink threw is the cause, not that the connection was ended for it.
    await held.drained()
    throw brokeOff(thrown, endpoint, arrival)
  } finally {
    watchdog.end()
  }
  await held.drained()
  return arrival.streamed()
}

/** Maintenance.Snapshot by our own HTTP/2 reader: large windows, SHA-256 inline, the socket paused for a slow sink. */
export function ownSnapshotStream(): SnapshotStream {
  return {
    async read({ target, endpoint, stallMs = STALL_MS }, sink, signal) {
      const member = await openMember(
        endpoint,
        target,
        signal ?? new AbortController().signal,
        stallMs,
      )
      const held = new HeldBack(sink, member)
      const arrival = new Arrival(endpoint, (bytes, total) => held.take(bytes, total))
      try {
        return await receive(member, { arrival, held, stallMs })
      } finally {
        member.close()
      }
    },
  }
}
