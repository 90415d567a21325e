import type { EtcdKv } from '../../ports/etcd.ts'
import type { Caller } from './caller.ts'
import { KV } from './gen/rpc_pb.ts'
import * as map from './map.ts'

export const kvCalls = (caller: Caller): EtcdKv => ({
  range: async (query, options) =>
    map.rangeResult(
      await caller.call(
        KV,
        'Range',
        'read',
        (kv, sending) => kv.range(map.rangeRequest(query), sending),
        options,
      ),
    ),
  put: async (command, options) =>
    map.putResult(
      await caller.call(
        KV,
        'Put',
        'write',
        (kv, sending) => kv.put(map.putRequest(command), sending),
        options,
      ),
    ),
  delete: async (command, options) =>
    map.deleteResult(
      await caller.call(
        KV,
        'DeleteRange',
        'write',
        (kv, sending) => kv.deleteRange(map.deleteRequest(command), sending),
        options,
      ),
    ),
  txn: async (txn, options) =>
    map.txnResult(
      await caller.call(
        KV,
        'Txn',
        'write',
        (kv, sending) => kv.txn(map.txnRequest(txn), sending),
        options,
      ),
    ),
  compact: async (revision, physical = false, options) =>
    map.header(
      (
        await caller.call(
          KV,
          'Compact',
          'write',
          (kv, sending) => kv.compact({ revision, physical }, sending),
          options,
        )
      ).header,
    ),
})
