import { KeepError } from '../../core/error.ts'

/** Where an S3-compatible store lies; credentials come from the environment or the AWS profile, never from here. */
export interface S3Place {
  readonly bucket: string
  /** Without a slash at either end; '' = the whole bucket. */
  readonly prefix: string
  /** Of a store that is not AWS. */
  readonly endpoint?: string
  readonly region: string
  /** `https://host/bucket/key` instead of `https://bucket.host/key`. */
  readonly pathStyle: boolean
  /** Path of a PEM bundle to trust instead of the system's. */
  readonly ca?: string
  /** How objects are locked where a retention is asked for. */
  readonly lock: 'compliance' | 'governance'
}

export const s3Name = ({ bucket, prefix }: S3Place): string =>
  `s3://${bucket}${prefix && `/${prefix}`}`

const wrong = (location: string, why: string): KeepError =>
  new KeepError('usage', 'store.address', `${location}: ${why}`, {
    hint: 'for example s3://bucket/etcd?endpoint=https://store:9000&ca=/etc/ssl/store.pem',
  })

const PREFIX = /^([A-Za-z0-9_-][A-Za-z0-9._-]*(\/[A-Za-z0-9_-][A-Za-z0-9._-]*)*)?$/
const KNOWN = ['endpoint', 'region', 'style', 'ca', 'lock']

/** Throws `usage` for an address that is none; a credential in it is refused. */
export function parseS3Place(location: string): S3Place {
  const url = URL.canParse(location) ? new URL(location) : undefined
  if (url?.protocol !== 's3:') throw wrong('that place', 'is no s3:// address')
  const shown = `s3://${url.host}${url.pathname}`
  if (url.username || url.password) throw wrong(shown, 'a credential has no place in an address')
  const query = url.searchParams
  for (const name of query.keys())
    if (!KNOWN.includes(name)) throw wrong(shown, `knows no ${name}, only ${KNOWN.join(', ')}`)
  const prefix = url.pathname.replace(/^\//, '').replace(/\/$/, '')
  if (!url.host || url.port || !PREFIX.test(prefix))
    throw wrong(shown, 'a bucket and a plain path are wanted')
  const endpoint = query.get('endpoint') ?? undefined
  if (endpoint !== undefined && !/^https?:\/\/[^/@]+\/?$/.test(endpoint))
    throw wrong(shown, 'the endpoint is no http(s):// address of a host')
  const style = query.get('style') ?? (endpoint ? 'path' : 'host')
  const lock = query.get('lock') ?? 'compliance'
  if (style !== 'path' && style !== 'host') throw wrong(shown, 'the style is path or host')
  if (lock !== 'compliance' && lock !== 'governance')
    throw wrong(shown, 'the lock is compliance or governance')
  const ca = query.get('ca')
  return {
    bucket: url.host,
    prefix,
    region: query.get('region') ?? 'us-east-1',
    pathStyle: style === 'path',
    lock,
    ...(endpoint !== undefined && { endpoint }),
    ...(ca !== null && { ca }),
  }
}
