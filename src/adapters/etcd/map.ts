// Generated messages to the port's words and back.
import type { MessageInitShape } from '@bufbuild/protobuf'
import { KeepError } from '../../core/error.ts'
import type * as port from '../../ports/etcd.ts'
import type { KeyValue } from './gen/kv_pb.ts'
import {
  Compare_CompareResult as Result,
  Compare_CompareTarget as Target,
  type CompareSchema,
  type DeleteRangeRequestSchema,
  type DeleteRangeResponse,
  type PutRequestSchema,
  type PutResponse,
  type RangeRequestSchema,
  type RangeResponse,
  type RequestOpSchema,
  type ResponseHeader,
  type ResponseOp,
  type TxnRequestSchema,
  type TxnResponse,
} from './gen/rpc_pb.ts'

const NO_HEADER: port.Header = { clusterId: 0n, memberId: 0n, revision: 0n, raftTerm: 0n }

export const header = (from: ResponseHeader | undefined): port.Header =>
  from
    ? {
        clusterId: from.clusterId,
        memberId: from.memberId,
        revision: from.revision,
        raftTerm: from.raftTerm,
      }
    : NO_HEADER

export const keyValue = ({
  key,
  value,
  createRevision,
  modRevision,
  version,
  lease,
}: KeyValue): port.KeyValue => ({
  key,
  value,
  createRevision,
  modRevision,
  version,
  lease,
})
const maybe = (from: KeyValue | undefined) => (from ? keyValue(from) : undefined)

export function rangeRequest(query: port.RangeQuery): MessageInitShape<typeof RangeRequestSchema> {
  const { limit, ...same } = query
  return limit === undefined ? same : { ...same, limit: BigInt(limit) }
}
export const rangeResult = (from: RangeResponse): port.RangeResult => ({
  header: header(from.header),
  kvs: from.kvs.map(keyValue),
  more: from.more,
  count: from.count,
})

export function putRequest({
  previous,
  ...same
}: port.PutCommand): MessageInitShape<typeof PutRequestSchema> {
  return { ...same, prevKv: previous ?? false }
}
export const putResult = (from: PutResponse): port.PutResult => ({
  header: header(from.header),
  previous: maybe(from.prevKv),
})

export function deleteRequest({
  previous,
  ...same
}: port.DeleteCommand): MessageInitShape<typeof DeleteRangeRequestSchema> {
  return { ...same, prevKv: previous ?? false }
}
export const deleteResult = (from: DeleteRangeResponse): port.DeleteResult => ({
  header: header(from.header),
  deleted: from.deleted,
  previous: from.prevKvs.map(keyValue),
})

const RESULTS = {
  equal: Result.EQUAL,
  greater: Result.GREATER,
  less: Result.LESS,
  'not-equal': Result.NOT_EQUAL,
}

function targetUnion(one: port.Comparison) {
  const { target, to } = one
  if (target === 'value')
    return { target: Target.VALUE, targetUnion: { case: 'value' as const, value: to } }
  if (target === 'version')
    return { target: Target.VERSION, targetUnion: { case: 'version' as const, value: to } }
  if (target === 'create')
    return { target: Target.CREATE, targetUnion: { case: 'createRevision' as const, value: to } }
  if (target === 'mod')
    return { target: Target.MOD, targetUnion: { case: 'modRevision' as const, value: to } }
  return { target: Target.LEASE, targetUnion: { case: 'lease' as const, value: to } }
}
const comparison = (one: port.Comparison): MessageInitShape<typeof CompareSchema> => ({
  key: one.key,
  ...(one.rangeEnd && { rangeEnd: one.rangeEnd }),
  result: RESULTS[one.is],
  ...targetUnion(one),
})

function operation(one: port.Operation): MessageInitShape<typeof RequestOpSchema> {
  if ('range' in one) return { request: { case: 'range', value: rangeRequest(one.range) } }
  if ('put' in one) return { request: { case: 'put', value: putRequest(one.put) } }
  if ('delete' in one) return { request: { case: 'deleteRange', value: deleteRequest(one.delete) } }
  return { request: { case: 'txn', value: txnRequest(one.txn) } }
}

export function txnRequest(txn: port.Transaction): MessageInitShape<typeof TxnRequestSchema> {
  return {
    compare: (txn.compare ?? []).map(comparison),
    success: txn.success.map(operation),
    failure: (txn.failure ?? []).map(operation),
  }
}

function operationResult({ response }: ResponseOp): port.OperationResult {
  switch (response.case) {
    case 'range':
      return { range: rangeResult(response.value) }
    case 'put':
      return { put: putResult(response.value) }
    case 'deleteRange':
      return { delete: deleteResult(response.value) }
    case 'txn':
      return { txn: txnResult(response.value) }
    default:
      throw new KeepError(
        'corrupt',
        'etcd.bad-answer',
        'a transaction was answered with an unknown result',
        {
          hint: 'Check that the endpoint is an etcd.',
        },
      )
  }
}

export const txnResult = (from: TxnResponse): port.TransactionResult => ({
  header: header(from.header),
  succeeded: from.succeeded,
  results: from.responses.map(operationResult),
})
