import { type ErrorKind, KeepError } from '../../core/error.ts'

type Row = readonly [kind: ErrorKind, code: string, text: string, hint: string]

const TAKEN: Row = [
  'conflict',
  'store.exists',
  'the name is taken',
  'an object is written once: take another name',
]
const REFUSED: Row = [
  'denied',
  'store.denied',
  'the store refuses these credentials',
  'see which credentials are found (AWS_PROFILE, the environment) and what the bucket grants them',
]
const CHANGED: Row = [
  'corrupt',
  'store.checksum',
  'the store got or kept other bytes than were sent',
  'try again; where it stays, look at the network and the store',
]
const NONE: Row = [
  'not-found',
  'store.no-object',
  'there is no such object',
  'see what there is with: etcdkeep snapshot list',
]

/** By the name in the store's XML answer. */
const NAMES: Readonly<Record<string, Row>> = {
  PreconditionFailed: TAKEN,
  ConditionalRequestConflict: TAKEN,
  NoSuchKey: NONE,
  NotFound: NONE,
  NoSuchBucket: ['not-found', 'store.no-store', 'there is no such bucket', 'make the bucket first'],
  AccessDenied: REFUSED,
  InvalidAccessKeyId: REFUSED,
  SignatureDoesNotMatch: REFUSED,
  CredentialsProviderError: REFUSED,
  RequestTimeTooSkewed: [
    'denied',
    'store.clock',
    'the clocks of store and machine disagree',
    'set the clock of this machine',
  ],
  BadDigest: CHANGED,
  InvalidDigest: CHANGED,
  XAmzContentSHA256Mismatch: CHANGED,
}
const STATUSES: Readonly<Record<number, Row>> = {
  401: REFUSED,
  403: REFUSED,
  404: NONE,
  412: TAKEN,
}

interface Answered {
  readonly name?: string
  readonly message?: string
  readonly $metadata?: { readonly httpStatusCode?: number }
}

/** What the S3 client threw about `what`, in our words; what the source of the bytes threw is its own. */
export function s3Error(error: unknown, what: string, signal?: AbortSignal): KeepError {
  if (error instanceof KeepError) return error
  if (signal?.aborted === true)
    return new KeepError('cancelled', 'store.cancelled', `${what}: interrupted`, { cause: error })
  const { name = '', message = '', $metadata } = error as Answered
  const status = $metadata?.httpStatusCode
  const [kind, code, text, hint] = NAMES[name] ??
    (/checksum mismatch/i.test(message) ? CHANGED : undefined) ??
    STATUSES[status ?? 0] ?? [
      'unavailable' as const,
      'store.unreachable',
      status ? `the store answers HTTP ${status} ${name}` : `the store cannot be reached: ${name}`,
      'try again; see whether the endpoint and its certificate are right',
    ]
  return new KeepError(kind, code, `${what}: ${text}`, { hint, cause: error })
}
