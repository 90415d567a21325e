import { Code, ConnectError } from '@connectrpc/connect'
import type { MessageInitShape } from '@bufbuild/protobuf'
import { KeepError } from '../../core/error.ts'
import type { EtcdWatch, WatchBatch, WatchQuery } from '../../ports/etcd.ts'
import type { Caller } from './caller.ts'
import { Event_EventType } from './gen/kv_pb.ts'
import { Watch, type WatchRequestSchema, type WatchResponse } from './gen/rpc_pb.ts'
import * as map from './map.ts'

/** Sends the request, then holds the stream open: etcd ends the watch when the client stops sending. */
async function* requests(
  query: WatchQuery,
  signal: AbortSignal,
): AsyncIterable<MessageInitShape<typeof WatchRequestSchema>> {
  const { previous, progress, ...same } = query
  const value = { ...same, prevKv: previous ?? false, progressNotify: progress ?? false }
  yield { request: { case: 'create', value } }
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}

/** A denial comes as a cancelled watch with text like `rpc error: code = PermissionDenied desc = etcdserver: …`. */
function cancelled(answer: WatchResponse): Error {
  if (answer.compactRevision > 0n)
    return new KeepError(
      'conflict',
      'etcd.compacted',
      `the watch starts before revision ${answer.compactRevision}, which is compacted`,
      {
        hint: 'Read the current state, then watch from its revision.',
        details: { compactRevision: String(answer.compactRevision) },
      },
    )
  return new ConnectError(
    answer.cancelReason.replace(/^rpc error: code = \w+ desc = /, '') || 'the watch was cancelled',
    Code.Unknown,
  )
}

const batch = (answer: WatchResponse): WatchBatch => ({
  header: map.header(answer.header),
  events: answer.events.flatMap(({ type, kv, prevKv }) =>
    kv
      ? [
          {
            type: type === Event_EventType.DELETE ? ('delete' as const) : ('put' as const),
            kv: map.keyValue(kv),
            previous: prevKv && map.keyValue(prevKv),
          },
        ]
      : [],
  ),
})

export const watchCalls =
  (caller: Caller): EtcdWatch =>
  (query, options) =>
    caller.stream(
      Watch,
      'Watch',
      async function* (client, sending) {
        for await (const answer of client.watch(requests(query, sending.signal), sending)) {
          if (answer.canceled) throw cancelled(answer)
          yield batch(answer)
        }
      },
      options,
    )
