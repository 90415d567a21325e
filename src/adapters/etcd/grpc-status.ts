// etcd's refusals in our words, by the text first: before 3.6 some calls answer UNKNOWN for what is a denial.
// Imports no gRPC library: the bulk reader starts in a fraction of the time and memory without one.
import { KeepError, type ErrorKind } from '../../core/error.ts'
import { unreachable } from './transport-errors.ts'

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

/** These are about a user whom the question names; of all other calls it is the caller who is no user. */
const ABOUT_A_USER = /^User(Get|Delete|ChangePassword|GrantRole|RevokeRole)$/

/** To a certificate whose common name is no user; before 3.6 the maintenance calls leave out `name`. */
const STRANGER: Rule = [
  /^user (name )?not found$/,
  'denied',
  'unknown-user',
  'Use a client certificate whose common name is an etcd user, or give a user and password.',
]

const BY_CODE: Readonly<Record<number, readonly [ErrorKind, string, string]>> = {
  1: ['cancelled', 'cancelled', 'The call was given up.'],
  4: [
    'unavailable',
    'deadline',
    'The member accepts calls but did not answer in time; check quorum and load, or allow more time.',
  ],
  7: ['denied', 'permission-denied', 'Use an identity with the permission.'],
  16: ['denied', 'invalid-token', LOG_IN],
  5: ['not-found', 'not-found', 'List what there is and check the name.'],
  6: ['conflict', 'already-exists', 'Use another name, or remove the old one first.'],
  9: ['conflict', 'precondition', 'Bring the cluster into the state that the message asks for.'],
  11: ['usage', 'out-of-range', 'Ask for a value in range.'],
  3: ['usage', 'invalid-argument', 'Check the request.'],
  15: ['corrupt', 'data-loss', 'Compare HashKV of the members and restore or replace the bad one.'],
  8: ['unavailable', 'exhausted', 'The member is overloaded or out of space; try again later.'],
  12: [
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

const ABORTED = 10
const UNAVAILABLE = 14

/** A call to `endpoint` that ended with this gRPC status. */
export function statusError(
  status: { readonly code: number; readonly text: string; readonly cause?: unknown },
  endpoint: string,
  call: string,
): KeepError {
  const { code: grpcCode, cause } = status
  const text = status.text.replace(/^(etcdserver|auth): /, '')
  const message = `${endpoint} ${call}: ${text}`
  const details = { grpcCode }
  const rules = ABOUT_A_USER.test(call) ? RULES : [STRANGER, ...RULES]
  const rule = rules.find(([pattern]) => pattern.test(text))
  if (rule)
    return new KeepError(rule[1], `etcd.${rule[2]}`, message, { hint: rule[3], details, cause })
  if (grpcCode === UNAVAILABLE || grpcCode === ABORTED) return unreachable(cause, endpoint, text)
  const [kind, code, hint] = BY_CODE[grpcCode] ?? OTHERWISE
  return new KeepError(kind, `etcd.${code}`, message, { hint, details, cause })
}
