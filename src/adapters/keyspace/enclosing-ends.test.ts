import * as fc from 'fast-check'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { enclosingEnds } from './enclosing-ends.ts'

const texts = (key: string, high: string) =>
  enclosingEnds(Buffer.from(key), Buffer.from(high)).map((end) => end.toString())

test('what a key lies under, widest first', () => {
  assert.deepEqual(texts('/a/b-1', '\0'), ['0', '/a0', '/a/b.'])
  assert.deepEqual(texts('/a/b-1', '/a0'), ['/a/b.'])
})

test('every end lies strictly between, and nearer each time', () => {
  const letter = fc.constantFrom(0x00, 0x2e, 0x2f, 0x61, 0xff)
  const key = fc.array(letter, { minLength: 1, maxLength: 8 }).map((bytes) => Buffer.from(bytes))
  fc.assert(
    fc.property(key, key, (a, b) => {
      const [low = a, high = b] = [a, b].toSorted((one, other) => Buffer.compare(one, other))
      let to: Buffer = high
      for (const end of enclosingEnds(low, high)) {
        assert.equal(Buffer.compare(low, end), -1)
        if (!(to.length === 1 && to[0] === 0)) assert.equal(Buffer.compare(end, to), -1)
        to = end
      }
    }),
  )
})
