import {
  DeleteObjectCommand,
  GetObjectCommand,
  GetObjectRetentionCommand,
  HeadObjectCommand,
  type PutObjectCommandInput,
  S3Client,
  type S3ClientConfig,
  paginateListObjectsV2,
} from '@aws-sdk/client-s3'
import { Upload } from '@aws-sdk/lib-storage'
import { readFileSync } from 'node:fs'
import { Agent } from 'node:https'
import { Readable } from 'node:stream'
import { KeepError } from '../../core/error.ts'
import type { ObjectStore, Retention } from '../../ports/object-store.ts'
import { requireKey } from './key-path.ts'
import { s3Error } from './s3-errors.ts'
import { s3Name, type S3Place } from './s3-place.ts'

/** Of a multipart upload; two are in memory at a time. Ten thousand of them make an object of 156 GiB. */
const PART = 16 * 1024 * 1024

export interface S3Options extends S3Place {
  /** Default: the environment, the AWS profile, the machine's role. */
  readonly credentials?: S3ClientConfig['credentials']
  /** Tries of one request; default 4. */
  readonly tries?: number
}

function bundle(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw new KeepError('config', 'store.ca', `${path} cannot be read`, {
      hint: 'name a PEM file with the CA of the store: ?ca=/path/ca.pem',
      cause,
    })
  }
}

function connect({ endpoint, region, pathStyle, ca, credentials, tries = 4 }: S3Options): S3Client {
  return new S3Client({
    region,
    forcePathStyle: pathStyle,
    maxAttempts: tries,
    ...(endpoint && { endpoint }),
    ...(credentials && { credentials }),
    requestHandler: {
      connectionTimeout: 10_000,
      requestTimeout: 60_000,
      ...(ca && { httpsAgent: new Agent({ keepAlive: true, ca: bundle(ca) }) }),
    },
  })
}

/** Remembers what the source of the bytes threw: the client wraps it. */
function watched(content: Uint8Array | AsyncIterable<Uint8Array>) {
  const seen: { failure?: unknown } = {}
  async function* bytes() {
    try {
      if (content instanceof Uint8Array) yield content
      // The client reads ahead, the source may fill the same buffer again.
      else for await (const part of content) yield Buffer.from(part)
    } catch (thrown) {
      seen.failure = thrown
      throw thrown
    }
  }
  return { seen, body: Readable.from(bytes(), { objectMode: false }) }
}

const retentionOf = (mode: string | undefined, until: Date | undefined): Retention => ({
  mode: mode === 'COMPLIANCE' ? 'compliance' : mode === 'GOVERNANCE' ? 'governance' : 'none',
  ...(until && { until }),
})

/**
 * A bucket, or a part of one. The store must honour `If-None-Match: *`, for names to be written once. Bytes are sent
 * with a checksum that the store compares. An upload cut off by a crash leaves parts that no list shows: let a
 * life-cycle rule of the bucket end them.
 */
export function s3Store(options: S3Options): ObjectStore {
  const { bucket, prefix, lock } = options
  const client = connect(options)
  const name = s3Name(options)
  const object = (key: string) => {
    requireKey(key)
    return { Bucket: bucket, Key: prefix ? `${prefix}/${key}` : key }
  }
  const asked = async <R>(key: string, signal: AbortSignal | undefined, work: () => Promise<R>) => {
    try {
      signal?.throwIfAborted()
      return await work()
    } catch (error) {
      throw s3Error(error, `${name}/${key}`, signal)
    }
  }
  const sending = (signal?: AbortSignal) => (signal ? { abortSignal: signal } : {})
  const head = (key: string, signal?: AbortSignal) =>
    client.send(new HeadObjectCommand(object(key)), sending(signal))

  return {
    name,
    async put(key, content, { retainUntil, signal } = {}) {
      const params: PutObjectCommandInput = {
        ...object(key),
        IfNoneMatch: '*',
        ChecksumAlgorithm: 'SHA256',
        ...(retainUntil && {
          ObjectLockMode: lock === 'compliance' ? 'COMPLIANCE' : 'GOVERNANCE',
          ObjectLockRetainUntilDate: retainUntil,
        }),
      }
      const { seen, body } = watched(content)
      const upload = new Upload({
        client,
        params: { ...params, Body: body },
        partSize: PART,
        queueSize: 2,
      })
      const stop = () => void upload.abort().catch(() => {})
      signal?.addEventListener('abort', stop)
      try {
        await asked(key, signal, () => upload.done())
      } catch (error) {
        throw seen.failure && signal?.aborted !== true ? seen.failure : error
      } finally {
        signal?.removeEventListener('abort', stop)
        body.destroy()
      }
    },
    async *get(key, { start = 0, end, signal } = {}) {
      try {
        signal?.throwIfAborted()
        const ranged = start > 0 || end !== undefined
        const Range = `bytes=${start}-${end === undefined ? '' : end - 1}`
        const { Body } = await client.send(
          new GetObjectCommand({ ...object(key), ...(ranged && { Range }) }),
          sending(signal),
        )
        if (Body instanceof Readable) for await (const part of Body) yield part as Uint8Array
      } catch (error) {
        throw s3Error(error, `${name}/${key}`, signal)
      }
    },
    stat: (key, signal) =>
      asked(key, signal, async () => {
        const { ContentLength = 0, LastModified } = await head(key, signal)
        return { key, size: ContentLength, ...(LastModified && { modified: LastModified }) }
      }),
    async *list(below, signal) {
      const from = prefix ? `${prefix}/` : ''
      try {
        const pages = paginateListObjectsV2(
          { client },
          { Bucket: bucket, Prefix: `${from}${below}` },
          sending(signal),
        )
        for await (const { Contents = [] } of pages) {
          signal?.throwIfAborted()
          for (const { Key = '', Size = 0, LastModified } of Contents)
            yield {
              key: Key.slice(from.length),
              size: Size,
              ...(LastModified && { modified: LastModified }),
            }
        }
      } catch (error) {
        throw s3Error(error, name, signal)
      }
    },
    remove: (key, signal) =>
      asked(key, signal, async () => {
        await client.send(new DeleteObjectCommand(object(key)), sending(signal))
      }),
    lock: {
      retention: (key, signal) =>
        asked(key, signal, async () => {
          try {
            const { Retention: held } = await client.send(
              new GetObjectRetentionCommand(object(key)),
              sending(signal),
            )
            return retentionOf(held?.Mode, held?.RetainUntilDate)
          } catch (error) {
            const { name: why } = error as Error
            if (/ObjectLockConfiguration|InvalidRequest/.test(why)) return { mode: 'none' as const }
            throw error
          }
        }),
    },
  }
}
