import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { s3Store } from '../../src/adapters/object-store/s3.ts'
import { objectStoreContract } from '../contracts/object-store.ts'
import { startS3 } from './s3-server.ts'

const server = await startS3()
if ('missing' in server) test('an S3 server', (t) => t.skip(server.missing))
else {
  let count = 0
  after(() => server.stop())
  const fresh = async (locked = false) => server.bucket(`b-${(count += 1)}`, locked)

  objectStoreContract('S3 over TLS with a CA of its own', async () => s3Store(await fresh()))
  objectStoreContract('a part of a bucket', async () =>
    s3Store({ ...(await fresh()), prefix: 'clusters/one' }),
  )

  test('an object that is held cannot be removed for good before its time', async () => {
    const store = s3Store(await fresh(true))
    const until = new Date(Math.floor(Date.now() / 1000) * 1000 + 3_600_000)
    await store.put('held', Buffer.from('1'), { retainUntil: until })
    await store.put('free', Buffer.from('1'))
    const held = await store.lock?.retention('held')
    assert.equal(held?.mode, 'compliance')
    assert.equal(held?.until?.getTime(), until.getTime())
    assert.equal((await store.lock?.retention('free'))?.mode, 'none')
  })

  test('where the bucket cannot lock, a retention is refused and not forgotten', async () => {
    const store = s3Store(await fresh())
    const until = new Date(Date.now() + 3_600_000)
    await assert.rejects(store.put('held', Buffer.from('1'), { retainUntil: until }))
    await store.put('free', Buffer.from('1'))
    assert.equal((await store.lock?.retention('free'))?.mode, 'none')
  })

  test('another CA, wrong credentials and no bucket are told apart', async () => {
    const place = await fresh()
    const { ca: _, ...system } = place
    await assert.rejects(Array.fromAsync(s3Store({ ...system, tries: 1 }).list('')), {
      kind: 'unavailable',
    })
    const wrong = { accessKeyId: 'test', secretAccessKey: 'other' }
    await assert.rejects(Array.fromAsync(s3Store({ ...place, credentials: wrong }).list('')), {
      kind: 'denied',
    })
    await assert.rejects(Array.fromAsync(s3Store({ ...place, bucket: 'none' }).list('')), {
      code: 'store.no-store',
    })
  })

  test('an object of many parts comes back whole', async () => {
    const store = s3Store(await fresh())
    const part = Buffer.alloc(1 << 20)
    await store.put(
      'large',
      (async function* () {
        for (let index = 0; index < 40; index += 1) yield part.fill(index)
      })(),
    )
    let [at, size] = [0, 0]
    for await (const bytes of store.get('large', { start: 33 * part.length })) {
      at ||= bytes[0] ?? 0
      size += bytes.length
    }
    assert.deepEqual([at, size], [33, 7 * part.length])
  })
}
