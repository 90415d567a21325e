import * as fc from 'fast-check'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isEndless, midpoint } from './midpoint.ts'

const key = fc.uint8Array({ minLength: 1, maxLength: 12 })

test('a midpoint lies strictly between', () => {
  fc.assert(
    fc.property(key, key, (a, b) => {
      const [low = a, high = b] = [a, b].toSorted((one, other) => Buffer.compare(one, other))
      const middle = midpoint(low, high)
      if (!middle) return
      assert.equal(Buffer.compare(low, middle), -1)
      if (!isEndless(high)) assert.equal(Buffer.compare(middle, high), -1)
    }),
  )
})

test('the endless range has a middle', () => {
  assert.deepEqual(
    midpoint(Uint8Array.of(0), Uint8Array.of(0)),
    Buffer.of(0x7f, 255, 255, 255, 255, 255),
  )
})
