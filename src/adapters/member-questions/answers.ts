// etcdserverpb's answers to the questions that a snapshot needs (etcd's rpc.proto).
import type { ClusterMember, HashResult, Header, StatusResult } from '../../ports/etcd.ts'
import { fieldsOf, type Field } from './fields.ts'

const last = (fields: readonly Field[], field: number): Field | undefined =>
  fields.findLast((one) => one.field === field)
const number = (fields: readonly Field[], field: number): bigint =>
  last(fields, field)?.number ?? 0n
const signed = (fields: readonly Field[], field: number): bigint =>
  BigInt.asIntN(64, number(fields, field))
const text = (fields: readonly Field[], field: number): string =>
  last(fields, field)?.bytes.toString('utf8') ?? ''
const texts = (fields: readonly Field[], field: number): readonly string[] =>
  fields.filter((one) => one.field === field).map(({ bytes }) => bytes.toString('utf8'))

function headerOf(fields: readonly Field[]): Header {
  const header = [...fieldsOf(last(fields, 1)?.bytes ?? Buffer.alloc(0))]
  return {
    clusterId: number(header, 1),
    memberId: number(header, 2),
    revision: signed(header, 3),
    raftTerm: number(header, 4),
  }
}

export function statusOf(message: Buffer): StatusResult {
  const fields = [...fieldsOf(message)]
  return {
    header: headerOf(fields),
    version: text(fields, 2),
    dbSize: signed(fields, 3),
    leader: number(fields, 4),
    raftIndex: number(fields, 5),
    raftTerm: number(fields, 6),
    raftAppliedIndex: number(fields, 7),
    errors: texts(fields, 8),
    dbSizeInUse: signed(fields, 9),
    isLearner: number(fields, 10) !== 0n,
  }
}

export function hashOf(message: Buffer): HashResult {
  const fields = [...fieldsOf(message)]
  return {
    header: headerOf(fields),
    hash: Number(BigInt.asUintN(32, number(fields, 2))),
    compactRevision: signed(fields, 3),
  }
}

export const membersOf = (message: Buffer): readonly ClusterMember[] =>
  [...fieldsOf(message)]
    .filter(({ field }) => field === 2)
    .map(({ bytes }) => {
      const fields = [...fieldsOf(bytes)]
      return {
        id: number(fields, 1),
        name: text(fields, 2),
        peerUrls: texts(fields, 3),
        clientUrls: texts(fields, 4),
        isLearner: number(fields, 5) !== 0n,
      }
    })

export const revisionOf = (message: Buffer): bigint => headerOf([...fieldsOf(message)]).revision

/** etcdserverpb.HashKVRequest */
export function hashRequest(revision: bigint): Buffer {
  const out = [0x08]
  let rest = BigInt.asUintN(64, revision)
  for (; rest >= 0x80n; rest >>= 7n) out.push(Number(rest & 0x7fn) | 0x80)
  return Buffer.from([...out, Number(rest)])
}
