import assert from 'node:assert/strict'
import { createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { zstdDecompressSync } from 'node:zlib'
import * as fc from 'fast-check'
import { KeepError } from '../../core/error.ts'
import { Secret } from '../../core/secret.ts'
import { chunkKey, openChunk, sealChunk } from './chunk.ts'
import { cutPlain, cutSealed } from './cut.ts'
import { workerChunkCipher } from './worker-chunk-cipher.ts'

const MIB = 1024 * 1024
const cipher = workerChunkCipher()
const options = { dataKey: new Secret<Uint8Array>(randomBytes(32)), nonce: randomBytes(16) }

async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size)
    yield new Uint8Array(bytes.subarray(at, at + size))
}
async function all(from: AsyncIterable<Buffer>): Promise<Buffer[]> {
  const parts: Buffer[] = []
  for await (const part of from) parts.push(Buffer.from(part))
  return parts
}
const seal = (bytes: Uint8Array, size = 300_000) => all(cipher.seal(pieces(bytes, size), options))
const open = async (bytes: Uint8Array, size = 300_000, using = options) =>
  Buffer.concat(await all(cipher.open(pieces(bytes, size), using)))

/** Half of it compresses. */
const content = (length: number): Buffer => {
  const bytes = randomBytes(length)
  bytes.fill('k8s', 0, length >> 1)
  return bytes
}
async function refused(bytes: Uint8Array, using = options): Promise<void> {
  await assert.rejects(open(bytes, 1_000_000, using), (thrown) => {
    assert.ok(thrown instanceof KeepError, String(thrown))
    assert.deepEqual([thrown.kind, thrown.code], ['corrupt', 'repository.chunk-changed'])
    return true
  })
}

// The same without a thread, for many runs.
const KEY = chunkKey(options.dataKey.reveal(), options.nonce)
async function sealHere(bytes: Uint8Array, size: number): Promise<Buffer> {
  const sealed: Buffer[] = []
  for await (const { bytes: chunk, last } of cutPlain(pieces(bytes, size)))
    sealed.push(sealChunk(chunk, KEY, options.nonce, { index: sealed.length, last }))
  return Buffer.concat(sealed)
}
async function openHere(bytes: Uint8Array, size = 1_000_000): Promise<Buffer> {
  const opened: Buffer[] = []
  for await (const { bytes: chunk, last } of cutSealed(pieces(bytes, size)))
    opened.push(openChunk(chunk, KEY, options.nonce, { index: opened.length, last }))
  return Buffer.concat(opened)
}

test('what was sealed opens again, at every length around a chunk and however it is cut', async () => {
  for (const length of [0, 1, MIB, 2 * MIB + 5]) {
    const plain = content(length)
    const chunks = await seal(plain, length === MIB ? MIB : 77_777)
    assert.equal(chunks.length, Math.max(1, Math.ceil(length / MIB)))
    assert.deepEqual(await open(Buffer.concat(chunks), 123_457), plain)
  }
})

test('any cut into pieces gives the same', async () => {
  const plain = content(MIB + 1000)
  const sealed = Buffer.concat(await seal(plain))
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 500, max: 2 * MIB }), async (size) => {
      assert.deepEqual(await sealHere(plain, size), sealed)
      assert.deepEqual(await openHere(sealed, size), plain)
    }),
    { numRuns: 20 },
  )
})

test('a chunk is what the reference says, read without our code', async () => {
  const plain = content(MIB + 7)
  const sealed = Buffer.concat(await seal(plain))
  const key = new Uint8Array(
    hkdfSync('sha256', options.dataKey.reveal(), options.nonce, 'etcdkeep.chunk/v1', 32),
  )
  const opened: Buffer[] = []
  for (let at = 0, index = 0; at < sealed.length; index += 1) {
    const length = sealed.readUInt32BE(at)
    const body = sealed.subarray(at + 4, at + 4 + length)
    at += 4 + length
    const last = at === sealed.length ? 1 : 0
    const decipher = createDecipheriv(
      'aes-256-gcm',
      key,
      Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, index, last]),
    )
    decipher.setAAD(Buffer.from([...options.nonce, 0, 0, 0, 0, 0, 0, 0, index, last]))
    decipher.setAuthTag(body.subarray(-16))
    opened.push(
      zstdDecompressSync(Buffer.concat([decipher.update(body.subarray(0, -16)), decipher.final()])),
    )
  }
  assert.deepEqual(Buffer.concat(opened), plain)
})

test('chunks that are left out, swapped, repeated or of another snapshot are refused', async () => {
  const [a, b, c] = await seal(content(2 * MIB + 9))
  assert.ok(a && b && c)
  const foreign = await all(
    cipher.seal(pieces(content(2 * MIB + 9), MIB), { ...options, nonce: randomBytes(16) }),
  )
  const arrangements = [
    [],
    [a],
    [a, b],
    [a, c],
    [b, a, c],
    [a, b, c, c],
    [a, foreign[1] ?? a, c],
    foreign,
  ]
  for (const chunks of arrangements) await refused(Buffer.concat(chunks))
})

test('another key opens nothing', async () => {
  const sealed = Buffer.concat(await seal(content(1000)))
  await refused(sealed, { ...options, dataKey: new Secret<Uint8Array>(randomBytes(32)) })
  await refused(sealed, { ...options, nonce: randomBytes(16) })
})

test('any flipped bit is found', async () => {
  const sealed = Buffer.concat(await seal(content(MIB + 3000)))
  await fc.assert(
    fc.asyncProperty(fc.nat(sealed.length - 1), fc.nat(7), async (at, bit) => {
      const bad = Buffer.from(sealed)
      bad.writeUInt8(bad.readUInt8(at) ^ (1 << bit), at)
      await assert.rejects(openHere(bad))
    }),
    { numRuns: 300 },
  )
})

test('any truncation is found', async () => {
  const chunks = await seal(content(MIB + 3000))
  const sealed = Buffer.concat(chunks)
  await fc.assert(
    fc.asyncProperty(fc.nat(sealed.length - 1), async (length) =>
      assert.rejects(openHere(sealed.subarray(0, length))),
    ),
    { numRuns: 60, examples: [[0], [chunks[0]?.length ?? 0], [sealed.length - 1]] },
  )
})

test('junk is refused', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (junk) =>
      assert.rejects(openHere(junk)),
    ),
    { numRuns: 60 },
  )
})

test('what the source throws is thrown, and the thread ends', async () => {
  async function* failing(): AsyncGenerator<Uint8Array> {
    yield content(2 * MIB + 5)
    throw new KeepError('unavailable', 'test.source', 'gone')
  }
  await assert.rejects(
    all(cipher.seal(failing(), options)),
    ({ code }: KeepError) => code === 'test.source',
  )
})

test('no more is taken from the source than a few chunks ahead of the reader', async () => {
  let taken = 0
  async function* source(): AsyncGenerator<Uint8Array> {
    for (; taken < 100; taken += 1) yield new Uint8Array(MIB)
  }
  const reader = cipher.seal(source(), options)[Symbol.asyncIterator]()
  await reader.next()
  assert.ok(taken <= 6, `${taken} chunks`)
  await reader.return?.()
})
