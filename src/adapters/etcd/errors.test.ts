import { Code, ConnectError } from '@connectrpc/connect'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { translate } from './errors.ts'

const CASES: readonly [text: string, grpc: Code, kind: string, code: string][] = [
  ['etcdserver: permission denied', Code.PermissionDenied, 'denied', 'etcd.permission-denied'],
  ['auth: permission denied', Code.Unknown, 'denied', 'etcd.permission-denied'],
  ['etcdserver: user name is empty', Code.InvalidArgument, 'denied', 'etcd.not-logged-in'],
  ['etcdserver: invalid auth token', Code.Unauthenticated, 'denied', 'etcd.invalid-token'],
  [
    'etcdserver: revision of auth store is old',
    Code.InvalidArgument,
    'denied',
    'etcd.invalid-token',
  ],
  [
    'etcdserver: mvcc: required revision has been compacted',
    Code.OutOfRange,
    'conflict',
    'etcd.compacted',
  ],
  [
    'etcdserver: mvcc: database space exceeded',
    Code.ResourceExhausted,
    'unavailable',
    'etcd.no-space',
  ],
  ['etcdserver: no leader', Code.Unavailable, 'unavailable', 'etcd.no-leader'],
  ['etcdserver: member not found', Code.NotFound, 'not-found', 'etcd.not-found'],
  [
    'unknown method Downgrade for service',
    Code.Unimplemented,
    'unavailable',
    'etcd.unknown-method',
  ],
  ['etcdserver: corrupt cluster', Code.DataLoss, 'corrupt', 'etcd.corrupt-cluster'],
  ['anything new', Code.Unknown, 'unavailable', 'etcd.failed'],
  ['too slow', Code.DeadlineExceeded, 'unavailable', 'etcd.deadline'],
]

for (const [text, grpc, kind, code] of CASES)
  test(`"${text}" is ${code}`, () => {
    const error = translate(new ConnectError(text, grpc), 'https://m1:2379', 'Range')
    assert.deepEqual([error.kind, error.code], [kind, code])
    assert.match(error.message, /^https:\/\/m1:2379/)
    assert.ok(error.hint)
  })

test('an alert deep in the causes is a refused certificate', () => {
  const cause = Object.assign(new Error('tls alert'), {
    code: 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED',
  })
  const error = translate(
    new ConnectError('x', Code.Internal, undefined, undefined, cause),
    'https://m1',
    'Range',
  )
  assert.equal(error.code, 'etcd.certificate-refused')
})
