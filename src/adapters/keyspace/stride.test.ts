import * as fc from 'fast-check'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isEndless } from './midpoint.ts'
import { ahead, firstStride, stretched, strideOf } from './stride.ts'

const key = fc.uint8Array({ minLength: 1, maxLength: 12 }).map((bytes) => Buffer.from(bytes))
const ENDLESS = Buffer.of(0)

test('a page always ends beyond its start and never beyond the interval', () => {
  fc.assert(
    fc.property(key, key, key, fc.nat(9), (a, b, c, rows) => {
      const [low = a, last = b, high = c] = [a, b, c].toSorted((x, y) => Buffer.compare(x, y))
      for (const stride of [strideOf(low, last, rows, 10_000), firstStride(low)])
        for (const bound of [high, ENDLESS]) {
          if (bound === high && Buffer.compare(last, high) >= 0) continue
          const end = ahead(last, stretched(stride, 16), bound)
          if (!isEndless(end)) assert.equal(Buffer.compare(last, end), -1)
          if (bound === high) assert.ok(Buffer.compare(end, high) <= 0)
        }
    }),
  )
})

test('keys that count up are reached as far as their distance says', () => {
  const key = (index: number) => Buffer.from([0x2f, index >> 8, index & 0xff])
  const end = ahead(key(299), strideOf(key(100), key(299), 200, 400), ENDLESS)
  assert.ok(Buffer.compare(end, key(690)) > 0 && Buffer.compare(end, key(705)) < 0)
})
