import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseS3Place, s3Name } from './s3-place.ts'

test('AWS by its bucket, another store by its endpoint', () => {
  assert.deepEqual(parseS3Place('s3://backups/etcd/one/'), {
    bucket: 'backups',
    prefix: 'etcd/one',
    region: 'us-east-1',
    pathStyle: false,
    lock: 'compliance',
  })
  const own = parseS3Place(
    's3://b?endpoint=https://store:9000&ca=/etc/ca.pem&region=eu&lock=governance',
  )
  assert.deepEqual(own, {
    bucket: 'b',
    prefix: '',
    region: 'eu',
    pathStyle: true,
    lock: 'governance',
    endpoint: 'https://store:9000',
    ca: '/etc/ca.pem',
  })
  assert.equal(s3Name(own), 's3://b')
})

test('what is no such address is refused, and a secret in it is not repeated', () => {
  for (const location of [
    's3://',
    's3://b/.hidden',
    's3://b:80/x',
    's3://b?endpoint=store:9000',
    's3://b?endpoint=https://user:pass@store',
    's3://b?style=odd',
    's3://b?lock=none',
    's3://b?secret=abc',
    's3://AKIA:marker@b/x',
  ])
    assert.throws(
      () => parseS3Place(location),
      (error: Error & { kind?: string }) =>
        error.kind === 'usage' && !/marker|abc|user:pass/.test(error.message),
      location,
    )
})
