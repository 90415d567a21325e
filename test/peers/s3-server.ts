// A real S3 server on loopback over TLS with a CA of its own, its buckets in a temporary directory.
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { Agent } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { nodeLauncher } from '../../src/adapters/launcher/node-launcher.ts'
import { nodeLoopback } from '../../src/adapters/loopback/node-loopback.ts'
import type { S3Options } from '../../src/adapters/object-store/s3.ts'
import { issue } from '../../src/pki/issue.ts'
import { privatePem } from '../../src/pki/key.ts'
import { authority, server } from '../../src/pki/profiles.ts'
import { eventually } from '../support/eventually.ts'
import { peer } from './peers.ts'

const CREDENTIALS = { accessKeyId: 'test', secretAccessKey: 'test-secret' }

export interface S3Server {
  readonly directory: string
  /** A fresh bucket; `locked` with object lock switched on. */
  bucket(name: string, locked?: boolean): Promise<S3Options>
  stop(): Promise<void>
}

export async function startS3(): Promise<S3Server | { readonly missing: string }> {
  const gateway = await peer('versitygw')
  if ('missing' in gateway) return gateway
  const directory = await mkdtemp(join(tmpdir(), 'etcdkeep-s3-'))
  const file = (name: string) => join(directory, name)
  for (const name of ['buckets', 'versions', 'meta']) await mkdir(file(name))
  const [port] = await nodeLoopback().freePorts(1)
  const endpoint = `https://127.0.0.1:${port}`
  const life = { now: new Date(), days: 1 }
  const ca = await issue(authority('store-ca', life))
  const served = await issue(server({ name: 'store', places: [endpoint] }, life), ca)
  await writeFile(file('ca.pem'), ca.pem)
  await writeFile(file('tls.pem'), served.pem)
  await writeFile(file('tls.key'), privatePem(served.key).reveal(), { mode: 0o600 })
  const { accessKeyId, secretAccessKey } = CREDENTIALS
  const started = await nodeLauncher().start({
    argv: [
      gateway.program,
      '--quiet',
      `--port=127.0.0.1:${port}`,
      `--cert=${file('tls.pem')}`,
      `--key=${file('tls.key')}`,
      'posix',
      `--versioning-dir=${file('versions')}`,
      `--sidecar=${file('meta')}`,
      file('buckets'),
    ],
    environment: { ROOT_ACCESS_KEY: accessKeyId, ROOT_SECRET_KEY: secretAccessKey },
    log: file('log'),
  })
  const client = new S3Client({
    endpoint,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: CREDENTIALS,
    requestHandler: { httpsAgent: new Agent({ ca: ca.pem }) },
  })
  const stop = async () => {
    client.destroy()
    await started.kill()
    await rm(directory, { recursive: true, force: true })
  }
  const bucket = async (name: string, locked = false): Promise<S3Options> => {
    await client.send(new CreateBucketCommand({ Bucket: name, ObjectLockEnabledForBucket: locked }))
    const place = { bucket: name, prefix: '', endpoint, region: 'us-east-1', pathStyle: true }
    return { ...place, ca: file('ca.pem'), lock: 'compliance', credentials: CREDENTIALS }
  }
  try {
    await eventually('the S3 server answers', () =>
      bucket('first').then(
        () => true,
        () => false,
      ),
    )
  } catch (thrown) {
    await stop()
    throw thrown
  }
  return { directory, bucket, stop }
}
