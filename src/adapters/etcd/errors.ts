// etcd's refusals in our words, by the text first: before 3.6 some calls answer UNKNOWN for what is a denial.
import { Code, ConnectError } from '@connectrpc/connect'
import { KeepError, type ErrorKind } from '../../core/error.ts'
import { refusedByTls, unreachable } from './transport-errors.ts'

type Rule = readonly [text: RegExp, kind: ErrorKind, code: string, hint: string]

const LOG_IN =
  'Give a user and password, or a client certificate whose common name is an etcd user.'
const RULES: readonly Rule[] = [
  [
    /permission denied/,
    'denied',
    'permission-denied',
    'Grant the user a role with this permission, or use a user with the role root.',
  ],
  [/user name is empty/, 'denied', 'not-logged-in', LOG_IN],
  [/invalid auth token|revision of auth store is old/, 'denied', 'invalid-token', 'Log in again.'],
  [/authentication failed/, 'denied', 'login-failed', 'Check the user name and the password.'],
  [/authentication is not enabled/, 'conflict', 'auth-not-enabled', 'Enable authentication first.'],
  [
    /root user does not/,
    'conflict',
    'root-missing',
    'Create the user root and grant it the role root first.',
  ],
  [
    /invalid auth management/,
    'conflict',
    'invalid-auth-management',
    'The user root and its role cannot be removed while authentication is on, and a range needs a key.',
  ],
  [
    /required revision has been compacted/,
    'conflict',
    'compacted',
    'Start again from a current revision.',
  ],
  [
    /future revision/,
    'usage',
    'future-revision',
    'Ask for a revision that the cluster has reached.',
  ],
  [
    /already exists?|Peer URLs already/,
    'conflict',
    'already-exists',
    'Use another name, or remove the old one first.',
  ],
  [/not found|is not granted/, 'not-found', 'not-found', 'List what there is and check the name.'],
  [
    /database space exceeded/,
    'unavailable',
    'no-space',
    'Compact, defragment, then disarm the NOSPACE alarm; or raise --quota-backend-bytes.',
  ],
  [
    /corrupt cluster/,
    'corrupt',
    'corrupt-cluster',
    'A member differs from the others: compare HashKV and replace it.',
  ],
  [
    /no leader|leader changed/,
    'unavailable',
    'no-leader',
    'Check that more than half of the members run and reach each other.',
  ],
  [
    /request timed out/,
    'unavailable',
    'timed-out',
    'Check disk latency and the network between the members.',
  ],
  [
    /unhealthy cluster|not enough started members/,
    'unavailable',
    'unhealthy-cluster',
    'Wait until every member is started and connected, then try again.',
  ],
  [/rpc not supported for learner/, 'unavailable', 'learner', 'Ask a voting member.'],
  [/not leader/, 'conflict', 'not-leader', "Send the call to the leader's endpoint."],
  [/bad leader transferee/, 'usage', 'bad-transferee', 'Name a voting member of this cluster.'],
  [/request is too large|too many operations/, 'usage', 'too-large', 'Send less in one request.'],
  [
    /unknown (method|service)/,
    'unavailable',
    'unknown-method',
    'This etcd version does not have the call.',
  ],
]

const BY_CODE: Partial<Record<Code, readonly [ErrorKind, string, string]>> = {
  [Code.Canceled]: ['cancelled', 'cancelled', 'The call was given up.'],
  [Code.DeadlineExceeded]: [
    'unavailable',
    'deadline',
    'The member accepts calls but did not answer in time; check quorum and load, or allow more time.',
  ],
  [Code.PermissionDenied]: ['denied', 'permission-denied', 'Use an identity with the permission.'],
  [Code.Unauthenticated]: ['denied', 'invalid-token', LOG_IN],
  [Code.NotFound]: ['not-found', 'not-found', 'List what there is and check the name.'],
  [Code.AlreadyExists]: [
    'conflict',
    'already-exists',
    'Use another name, or remove the old one first.',
  ],
  [Code.FailedPrecondition]: [
    'conflict',
    'precondition',
    'Bring the cluster into the state that the message asks for.',
  ],
  [Code.OutOfRange]: ['usage', 'out-of-range', 'Ask for a value in range.'],
  [Code.InvalidArgument]: ['usage', 'invalid-argument', 'Check the request.'],
  [Code.DataLoss]: [
    'corrupt',
    'data-loss',
    'Compare HashKV of the members and restore or replace the bad one.',
  ],
  [Code.ResourceExhausted]: [
    'unavailable',
    'exhausted',
    'The member is overloaded or out of space; try again later.',
  ],
  [Code.Unimplemented]: [
    'unavailable',
    'unknown-method',
    'This is no etcd client port, or the version does not have the call.',
  ],
}

const OTHERWISE = [
  'unavailable',
  'failed',
  'Check that this is the client port of a healthy etcd.',
] as const

/** What any failure of a call to `endpoint` means. A KeepError stays what it is. */
export function translate(thrown: unknown, endpoint: string, call: string): KeepError {
  if (thrown instanceof KeepError) return thrown
  const transport = refusedByTls(thrown, endpoint)
  if (transport) return transport
  const error = ConnectError.from(thrown)
  const text = error.rawMessage.replace(/^(etcdserver|auth): /, '')
  const message = `${endpoint} ${call}: ${text}`
  const details = { grpcCode: Code[error.code] }
  const rule = RULES.find(([pattern]) => pattern.test(text))
  if (rule)
    return new KeepError(rule[1], `etcd.${rule[2]}`, message, {
      hint: rule[3],
      details,
      cause: thrown,
    })
  if (error.code === Code.Unavailable || error.code === Code.Aborted)
    return unreachable(thrown, endpoint, text)
  const [kind, code, hint] = BY_CODE[error.code] ?? OTHERWISE
  return new KeepError(kind, `etcd.${code}`, message, { hint, details, cause: thrown })
}
