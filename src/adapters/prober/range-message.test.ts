import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { firstKey, rangeRequest } from './range-message.ts'

const framed = (hex: string) => Buffer.concat([Buffer.alloc(5), Buffer.from(hex, 'hex')])

test('asks for the name of one Secret and no value', () => {
  const hex = rangeRequest().toString('hex')
  assert.match(hex, /^000000002e0a12/)
  assert.ok(hex.endsWith('180138014001'))
})

test('reads the key of the first row behind the header', () => {
  assert.equal(firstKey(framed('0a02080112080a022f6110011800')), '/a')
  assert.equal(firstKey(framed('0a020801')), undefined)
})

test('hostile bytes give a key or nothing', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const key = firstKey(Buffer.from(bytes))
      assert.ok(key === undefined || typeof key === 'string')
    }),
  )
})
