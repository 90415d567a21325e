import * as fc from 'fast-check'
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { inspect } from 'node:util'
import { shamirShares } from '../adapters/key-shares/shamir.ts'
import { Secret } from '../core/secret.ts'
import { checkOf, newSet, parseShare, requireEnough, type Share, showShare } from './share-text.ts'

const shamir = shamirShares()

async function cut(secret: Uint8Array, count: number, needed: number): Promise<Share[]> {
  const whole = new Secret(secret)
  const [set, check] = [newSet(), checkOf(whole)]
  const shares = await shamir.split(whole, count, needed)
  return shares.map((bytes, index) => ({ set, needed, count, number: index + 1, check, bytes }))
}
const written = (share: Share) => parseShare(showShare(share), 'share.txt')

test('any k of n give the secret back, in any order, through text', async () => {
  const sizes = fc
    .integer({ min: 2, max: 8 })
    .chain((count) => fc.tuple(fc.integer({ min: 2, max: count }), fc.constant(count)))
  await fc.assert(
    fc.asyncProperty(
      sizes,
      fc.uint8Array({ minLength: 16, maxLength: 300 }),
      fc.nat(),
      async ([needed, count], secret, seed) => {
        const shares = (await cut(secret, count, needed)).map(written)
        const chosen = shares
          .toSorted((a, b) => ((a.number * (seed + 7)) % 11) - ((b.number * (seed + 7)) % 11))
          .slice(0, needed)
        requireEnough(chosen)
        const again = await shamir.join(chosen.map(({ bytes }) => bytes))
        assert.deepEqual(Buffer.from(again.reveal()), Buffer.from(secret))
        assert.equal(checkOf(again), shares[0]?.check)
        if (needed > 2) {
          const fewer = chosen.slice(1)
          assert.throws(() => requireEnough(fewer), { code: 'shares.too-few' })
          const wrong = await shamir.join(fewer.map(({ bytes }) => bytes))
          assert.notEqual(checkOf(wrong), shares[0]?.check)
        }
      },
    ),
    { numRuns: 40 },
  )
})

test('a share is noticed that is mistyped, of another set, or given twice', async () => {
  const [one, two] = [await cut(randomBytes(74), 3, 2), await cut(randomBytes(74), 3, 2)]
  const [first, second] = one
  assert.ok(first && second && two[1])
  const text = showShare(first).reveal()
  for (let at = text.indexOf('etcdkeep-share'); at < text.length - 1; at += 7) {
    const other = text[at] === 'a' ? 'b' : 'a'
    assert.throws(
      () => parseShare(new Secret(text.slice(0, at) + other + text.slice(at + 1)), 's'),
      {
        kind: 'config',
      },
    )
  }
  assert.throws(() => requireEnough([first, two[1] as Share]), { code: 'shares.mixed' })
  assert.throws(() => requireEnough([first, first]), { code: 'shares.too-few' })
  assert.throws(() => requireEnough([]), { code: 'shares.mixed' })
})

test('a share shows nothing of itself by accident', async () => {
  const [share] = await cut(randomBytes(32), 2, 2)
  assert.ok(share)
  const body = Buffer.from(share.bytes.reveal()).toString('base64url')
  assert.ok(!`${inspect(share)}${JSON.stringify(share)}`.includes(body))
})
