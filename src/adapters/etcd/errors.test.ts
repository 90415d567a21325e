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

// As 3.4.23, 3.5.16 and 3.5.30 answer while authentication is on.
const REFUSALS: readonly [call: string, grpc: Code, text: string, kind: string, code: string][] = [
  ['Range', Code.InvalidArgument, 'etcdserver: user name is empty', 'denied', 'not-logged-in'],
  ['Range', Code.PermissionDenied, 'etcdserver: permission denied', 'denied', 'permission-denied'],
  ['HashKV', Code.Unknown, 'auth: user name is empty', 'denied', 'not-logged-in'],
  ['Snapshot', Code.Unknown, 'auth: permission denied', 'denied', 'permission-denied'],
  [
    'AuthStatus',
    Code.FailedPrecondition,
    'etcdserver: user name not found',
    'denied',
    'unknown-user',
  ],
  ['Status', Code.FailedPrecondition, 'etcdserver: user name not found', 'denied', 'unknown-user'],
  [
    'RoleList',
    Code.FailedPrecondition,
    'etcdserver: user name not found',
    'denied',
    'unknown-user',
  ],
  ['HashKV', Code.Unknown, 'auth: user not found', 'denied', 'unknown-user'],
  ['Snapshot', Code.Unknown, 'auth: user not found', 'denied', 'unknown-user'],
  ['UserGet', Code.FailedPrecondition, 'etcdserver: user name not found', 'not-found', 'not-found'],
  ['RoleGet', Code.FailedPrecondition, 'etcdserver: role name not found', 'not-found', 'not-found'],
  ['MemberRemove', Code.NotFound, 'etcdserver: member not found', 'not-found', 'not-found'],
]

for (const [call, grpc, text, kind, code] of REFUSALS)
  test(`${call} that ends with "${text}" is ${code}`, () => {
    const error = translate(new ConnectError(text, grpc), 'https://m1:2379', call)
    assert.deepEqual([error.kind, error.code], [kind, `etcd.${code}`])
  })
