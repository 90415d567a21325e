import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rangeEndOfPrefix } from './bytes.ts'

test('the end of a prefix is its last byte plus one, and the prefix stays as it was', () => {
  const prefix = Buffer.from('/a/')
  assert.deepEqual(Buffer.from(rangeEndOfPrefix(prefix)).toString(), '/a0')
  assert.equal(prefix.toString(), '/a/')
})

test('bytes of 0xff carry over; nothing but them means to the end of the keyspace', () => {
  assert.deepEqual([...rangeEndOfPrefix(Uint8Array.of(1, 0xff, 0xff))], [2])
  assert.deepEqual([...rangeEndOfPrefix(Uint8Array.of(0xff))], [0])
})
