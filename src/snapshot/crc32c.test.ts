import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { crc32c, joined, shifted } from './crc32c.ts'

const crc = (bytes: Uint8Array) => ~crc32c(-1, bytes) >>> 0

// RFC 3720, B.4, and the check value of the CRC catalogues.
test('the published values come out', () => {
  assert.equal(crc(Buffer.from('123456789')), 0xe3069283)
  assert.equal(crc(new Uint8Array(32)), 0x8a9136aa)
  assert.equal(crc(new Uint8Array(32).fill(0xff)), 0x62a8ab43)
  assert.equal(crc(Uint8Array.from({ length: 32 }, (_, at) => at)), 0x46dd794e)
})

test('parts give the same as the whole, wherever they lie in memory', () => {
  const bytes = fc.uint8Array({ maxLength: 400 })
  fc.assert(
    fc.property(bytes, bytes, fc.nat(9), (a, b, shift) => {
      const whole = Buffer.alloc(shift + a.length + b.length)
      whole.set(a, shift)
      whole.set(b, shift + a.length)
      const expected = crc32c(-1, Uint8Array.from([...a, ...b]))
      const first = crc32c(-1, whole, shift, shift + a.length)
      const middle = shift + a.length
      assert.equal(crc32c(first, whole, middle) >>> 0, expected >>> 0)
      assert.equal(joined(first, crc32c(0, whole, middle), b.length) >>> 0, expected >>> 0)
    }),
  )
})

test('a long run of zero bytes is one step', () => {
  const zeros = new Uint8Array(70_001)
  assert.equal(shifted(12345, 70_001) >>> 0, crc32c(12345, zeros) >>> 0)
})
