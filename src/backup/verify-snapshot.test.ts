import assert from 'node:assert/strict'
import { createHash, randomInt } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { memoryStore } from '../../test/support/memory-store.ts'
import { addSnapshot, HOUR, newSigner, START, trusting } from '../../test/support/repository.ts'
import { workerChunkCipher } from '../adapters/chunk-cipher/worker-chunk-cipher.ts'
import { keyServices } from '../adapters/key-service/key-services.ts'
import { Secret } from '../core/secret.ts'
import { appendRecord } from '../repository/append-record.ts'
import type { Draft, Seen } from '../repository/draft.ts'
import { sealKeys } from '../repository/keys-object.ts'
import { linkName } from '../repository/names.ts'
import { readChain } from '../repository/read-chain.ts'
import { sealObject } from '../repository/signed.ts'
import { verifySnapshot } from './verify-snapshot.ts'

const file = gunzipSync(readFileSync(new URL('../../test/vectors/snapshot.db.gz', import.meta.url)))
const database = file.subarray(0, file.length - (file.length % 512))
const now = new Date(START + 100 * HOUR)
const services = keyServices()
const cipher = workerChunkCipher()

async function* pieces(bytes: Buffer): AsyncGenerator<Uint8Array> {
  yield Uint8Array.from(bytes)
}
const sealing = (plain: Buffer) => async (draft: Draft) => ({
  sealed: await Array.fromAsync(cipher.seal(pieces(plain), draft)),
  plain,
})

/** Two snapshots of a real database, for one reader. */
/** What the database of the vector really holds. */
const SEEN = {
  revision: '252',
  contents: { revisions: 251, leases: 0, alarms: [], authEnabled: false, encryptionKeys: [] },
}

async function repository(plain = database, seen: Partial<Seen> = SEEN) {
  const store = memoryStore()
  const signer = newSigner()
  const trust = trusting(signer)
  const { text, recipient } = await services.newIdentity()
  const unwrappers = [await services.identity(text, 'identity.txt')]
  const wrappers = [await services.ageRecipient(recipient)]
  const add = () => addSnapshot({ store, signer, trust, wrappers, seal: sealing(plain), seen })
  const manifests = [await add(), await add()]
  const opening = { store, trust, cipher, unwrappers }
  const verify = async (sequence: number, open = true) => {
    const { snapshots } = await readChain(store, { trust, now })
    const snapshot = snapshots.find((one) => one.sequence === sequence)
    assert.ok(snapshot)
    return verifySnapshot(open ? opening : { ...opening, unwrappers: [] }, snapshot)
  }
  const codes = async (sequence: number, open = true) =>
    (await verify(sequence, open)).problems.map(({ code, severity }) =>
      severity === 'notice' ? `(${code})` : code,
    )
  return { store, objects: store.objects, signer, trust, manifests, wrappers, verify, codes }
}

test('what was saved is verified, with a key and without', async () => {
  const { verify } = await repository()
  const opened = await verify(1)
  assert.deepEqual([opened.depth, opened.problems], ['opened', []])
  const stored = await verify(1, false)
  assert.deepEqual([stored.depth, stored.problems], ['stored', []])
})

test('a manifest that lies about the database is found out', async () => {
  const { codes } = await repository(database, { ...SEEN, revision: '251' })
  assert.deepEqual(await codes(2), ['content-wrong'])
})

test('bytes that are no database are found out, however well they are signed', async () => {
  const { codes } = await repository(Buffer.from('A'.repeat(4096)))
  assert.deepEqual(await codes(1), ['content-wrong'])
})

test('a changed byte of the data is found with a key and without', async () => {
  const { objects, manifests, codes } = await repository()
  const data = objects.get(manifests[0]?.data.object ?? '')
  assert.ok(data)
  data[data.length >> 1] = (data[data.length >> 1] ?? 0) ^ 1
  assert.deepEqual(await codes(1), ['data-changed'])
  assert.deepEqual(await codes(1, false), ['data-changed'])
})

test('data of another snapshot, signed anew with the stolen key, does not open', async () => {
  const { objects, manifests, codes, signer } = await repository()
  const [one, two] = manifests
  assert.ok(one && two)
  const swapped = objects.get(one.data.object) ?? assert.fail()
  objects.set(two.data.object, swapped)
  const data = {
    ...one.data,
    object: two.data.object,
    sha256: createHash('sha256').update(swapped).digest('hex'),
  }
  objects.set(linkName('manifests', 2), sealObject('manifest', { ...two, data }, signer))
  assert.deepEqual(await codes(2, false), [])
  assert.deepEqual(await codes(2), ['data-changed'])
})

test('key objects that change places, are cut, or hold another key are named', async () => {
  const { objects, manifests, codes, verify, signer, wrappers } = await repository()
  const [one, two] = manifests
  assert.ok(one && two)
  const keep = objects.get(one.keys.object) ?? assert.fail()
  objects.set(one.keys.object, objects.get(two.keys.object) ?? assert.fail())
  assert.deepEqual(await codes(1, false), ['misplaced'])
  objects.set(one.keys.object, keep.subarray(0, -9))
  assert.deepEqual(await codes(1, false), ['malformed'])
  objects.set(one.keys.object, keep)
  const wrap = await wrappers[0]?.wrap(new Secret<Uint8Array>(new Uint8Array(32)))
  assert.ok(wrap)
  const before = { name: '', sha256: one.keys.sha256, generation: 0, wraps: [] }
  const other = sealKeys({ sequence: 1, id: one.id }, [wrap], signer, before)
  objects.set(other.name, other.bytes)
  // The first generation still opens it, and the wrong one is named.
  const { depth, problems } = await verify(1)
  assert.equal(depth, 'opened')
  assert.ok(problems.some(({ code, object }) => code === 'key-wrong' && object === other.name))
})

test('a first wrapping that is signed anew is not the one that the manifest names', async () => {
  const { objects, manifests, codes, signer, wrappers } = await repository()
  const [one] = manifests
  const wrap = await wrappers[0]?.wrap(new Secret<Uint8Array>(new Uint8Array(32)))
  assert.ok(one && wrap)
  const other = sealKeys({ sequence: 1, id: one.id }, [wrap], signer)
  objects.set(other.name, other.bytes)
  assert.deepEqual(await codes(1, false), ['replaced'])
})

test('without the right identity the bytes are still verified, and who could read is told', async () => {
  const { store, trust } = await repository()
  const { text } = await services.newIdentity()
  const [snapshot] = (await readChain(store, { trust, now })).snapshots
  assert.ok(snapshot)
  const unwrappers = [await services.identity(text, 'other.txt')]
  const { depth, problems } = await verifySnapshot({ store, trust, cipher, unwrappers }, snapshot)
  assert.equal(depth, 'stored')
  assert.match(problems[0]?.hint ?? '', /wrapped for age1/)
})

test('one bit flipped at 1,000 random places of stored objects is detected 1,000 times', async () => {
  const store = memoryStore()
  const signer = newSigner()
  const trust = trusting(signer)
  for (let at = 0; at < 3; at += 1) {
    const { sequence, id } = await addSnapshot({ store, signer, trust })
    const snapshot = { sequence, id }
    await appendRecord(
      store,
      { kind: 'verified', snapshot, depth: 'stored' },
      { signer, trust, now },
    )
  }
  const detected = async () => {
    const { snapshots, problems } = await readChain(store, { trust, now })
    const opening = { store, trust, cipher, unwrappers: [] }
    const verified = await Promise.all(snapshots.map((one) => verifySnapshot(opening, one)))
    const all = [...problems, ...verified.flatMap((one) => one.problems)]
    return all.some(({ severity }) => severity === 'problem')
  }
  assert.equal(await detected(), false)
  const names = [...store.objects.keys()]
  const missed: string[] = []
  for (let at = 0; at < 1000; at += 1) {
    const name = names[at % names.length] ?? ''
    const bytes = store.objects.get(name) ?? assert.fail()
    const place = randomInt(bytes.length)
    const bit = 1 << randomInt(8)
    bytes[place] = (bytes[place] ?? 0) ^ bit
    if (!(await detected())) missed.push(`${name} byte ${place} bit ${bit}`)
    bytes[place] = (bytes[place] ?? 0) ^ bit
  }
  assert.deepEqual(missed, [])
  assert.equal(await detected(), false)
})
