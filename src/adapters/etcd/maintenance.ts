import type { AlarmKind, EtcdMaintenance, StatusResult } from '../../ports/etcd.ts'
import type { CallOptions } from '../../ports/etcd-call.ts'
import type { Caller } from './caller.ts'
import {
  AlarmRequest_AlarmAction as AlarmAction,
  AlarmType,
  DowngradeRequest_DowngradeAction as DowngradeAction,
  Maintenance,
  type StatusResponse,
} from './gen/rpc_pb.ts'
import * as map from './map.ts'

/** Rewrites the whole database file while every other call waits. */
const DEFRAGMENT_MS = 10 * 60_000

const alarmKind = (type: number): AlarmKind =>
  type === AlarmType.NOSPACE ? 'NOSPACE' : type === AlarmType.CORRUPT ? 'CORRUPT' : 'NONE'
const ACTIONS = {
  validate: DowngradeAction.VALIDATE,
  enable: DowngradeAction.ENABLE,
  cancel: DowngradeAction.CANCEL,
}

const statusResult = (from: StatusResponse): StatusResult => ({
  header: map.header(from.header),
  version: from.version,
  dbSize: from.dbSize,
  dbSizeInUse: from.dbSizeInUse,
  leader: from.leader,
  raftIndex: from.raftIndex,
  raftAppliedIndex: from.raftAppliedIndex,
  raftTerm: from.raftTerm,
  isLearner: from.isLearner,
  errors: from.errors,
})

function memberCalls(
  caller: Caller,
): Pick<EtcdMaintenance, 'status' | 'hashKv' | 'defragment' | 'moveLeader' | 'snapshot'> {
  const at = (endpoint: string, options: CallOptions | undefined) => ({ ...options, at: endpoint })
  return {
    status: async (endpoint, options) =>
      statusResult(
        await caller.call(
          Maintenance,
          'Status',
          'read',
          (one, sending) => one.status({}, sending),
          at(endpoint, options),
        ),
      ),
    async hashKv(endpoint, revision = 0n, options) {
      const answer = await caller.call(
        Maintenance,
        'HashKV',
        'read',
        (one, sending) => one.hashKV({ revision }, sending),
        at(endpoint, options),
      )
      return {
        header: map.header(answer.header),
        hash: answer.hash,
        compactRevision: answer.compactRevision,
      }
    },
    async defragment(endpoint, options) {
      await caller.call(
        Maintenance,
        'Defragment',
        'write',
        (one, sending) => one.defragment({}, sending),
        {
          timeoutMs: DEFRAGMENT_MS,
          ...at(endpoint, options),
        },
      )
    },
    async moveLeader(endpoint, to, options) {
      await caller.call(
        Maintenance,
        'MoveLeader',
        'write',
        (one, sending) => one.moveLeader({ targetId: to }, sending),
        at(endpoint, options),
      )
    },
    snapshot: (endpoint, options) =>
      caller.stream(
        Maintenance,
        'Snapshot',
        (one, sending) => one.snapshot({}, sending),
        at(endpoint, options),
      ),
  }
}

export const maintenanceCalls = (caller: Caller): EtcdMaintenance => ({
  ...memberCalls(caller),
  async alarms(options) {
    const answer = await caller.call(
      Maintenance,
      'Alarm',
      'read',
      (one, sending) => one.alarm({ action: AlarmAction.GET }, sending),
      options,
    )
    return answer.alarms.map(({ memberId, alarm }) => ({ memberId, alarm: alarmKind(alarm) }))
  },
  async disarm({ memberId, alarm }, options) {
    const request = { action: AlarmAction.DEACTIVATE, memberId, alarm: AlarmType[alarm] }
    await caller.call(
      Maintenance,
      'Alarm',
      'write',
      (one, sending) => one.alarm(request, sending),
      options,
    )
  },
  async downgrade(action, version, options) {
    const request = { action: ACTIONS[action], version }
    const answer = await caller.call(
      Maintenance,
      'Downgrade',
      'write',
      (one, sending) => one.downgrade(request, sending),
      options,
    )
    return answer.version
  },
})
